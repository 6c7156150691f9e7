// An app with files in a process of its own, to be killed: `node archive.child.ts`.
import { memoryLog } from '@heddle/core'
import { archive, gate } from './archive.ts'

// Who uploads is told when the upload is there, and then waits until this process is killed.
if (process.argv[2] === 'hold') gate.open = new Promise(() => setInterval(tellSeen, 5))
let isTold = false
function tellSeen(): void {
  if (isTold || gate.seen === 0) return
  isTold = true
  process.stdout.write('uploading\n')
}

const { declared, surface } = archive()
const open = await declared.open({ ports: { log: memoryLog() } })
await open.start()
process.stdout.write(`${surface.url!}\n`)
