import { writeSync } from 'node:fs'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { sqlite } from '../sqlite/sqlite.ts'
import { openTestStore } from './test-store.ts'

// A child process of a test: commits record after record, and says of each when it is acknowledged.
const [folder, synchronous, count] = process.argv.slice(2)

const Note = entity('test.Note', { key: 'id', fields: { id: z.string(), text: z.string() } })
const Notes = repository(Note)

const part = sqlite({ synchronous: synchronous as 'full' | 'off' })
const store = await openTestStore([Note], { folder: folder!, part })

let next = 0
async function lane() {
  for (let id = next++; id < Number(count); id = next++) {
    const unit = store.unit()
    store.use(Notes, unit).insert({ id: `note-${id}`, text: 'x'.repeat(id % 700) })
    await unit.commit()
    // One system call for one acknowledgement, so that a trace shows what was durable before it.
    writeSync(1, `ack note-${id}\n`)
  }
}
await Promise.all([lane(), lane(), lane()])
writeSync(1, 'done\n')
process.kill(process.pid, 'SIGKILL')
