// A small file system of our own can only be mounted by root; elsewhere these tests are skipped and say so.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { openTestStore, type TestStore } from '../testing/test-store.ts'

const Note = entity('test.Note', { key: 'id', fields: { id: z.string(), text: z.string() } })
const Notes = repository(Note)

const folder = mkdtempSync(join(tmpdir(), 'heddle-small-'))
const mount = (...args: string[]) => spawnSync('mount', args).status === 0
const unmount = () => spawnSync('umount', [folder]).status === 0
const canMount = mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder) && unmount()
const name = (sentence: string) => (canMount ? sentence : `${sentence} (skipped: mounting a tmpfs is not allowed here)`)

beforeEach(() => void (canMount && mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder)))
afterEach(() => void (canMount && unmount()))

/** Leaves this much space, in bytes. */
function fill(leave: number) {
  const { bavail, bsize } = statfsSync(folder)
  writeFileSync(join(folder, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - leave)))
}

async function insert(store: TestStore, ids: readonly string[]) {
  const unit = store.unit()
  for (const id of ids) store.use(Notes, unit).insert({ id, text: 'x'.repeat(2000) })
  await unit.commit()
}
const exists = async (store: TestStore, id: string) => (await store.use(Notes, store.unit()).get(id)) !== undefined

test.skipIf(!canMount)(
  name('on a full disk writes fail with DiskFull, reads go on, and work resumes when there is space'),
  async () => {
    const store = await openTestStore([Note], { folder })
    await insert(store, ['first'])
    fill(200_000)
    const acknowledged = ['first']
    const failures: unknown[] = []
    for (let round = 0; failures.length < 5; round++) {
      // Several at once, so that a transaction of more than one unit hits the end of the disk too.
      const ids = [0, 1, 2].map((lane) => `round-${round}-${lane}`)
      const ends = await Promise.allSettled(ids.map((id) => insert(store, [id, `${id}-twin`])))
      for (const [index, end] of ends.entries()) {
        if (end.status === 'fulfilled') acknowledged.push(ids[index]!, `${ids[index]!}-twin`)
        else failures.push(end.reason)
      }
    }
    for (const failure of failures) {
      expect(failure).toMatchObject({
        code: 'DiskFull',
        retry: { afterMs: 5000 },
        data: { path: join(folder, 'app.db') },
      })
    }
    expect(acknowledged.length).toBeGreaterThan(1)
    for (const id of acknowledged) expect(await exists(store, id)).toBe(true)

    rmSync(join(folder, 'filler'))
    await insert(store, ['afterwards', 'afterwards-twin'])
    acknowledged.push('afterwards', 'afterwards-twin')
    await store.close()

    const raw = new DatabaseSync(join(folder, 'app.db'))
    expect(raw.prepare('PRAGMA integrity_check').get()).toMatchObject({ integrity_check: 'ok' })
    const rows = raw.prepare('SELECT id FROM "test.Note"').all()
    raw.close()
    expect(rows.map(({ id }) => id).toSorted()).toEqual(acknowledged.toSorted())
  },
)

test.skipIf(!canMount)(name('a folder on a read-only file system is refused with one sentence'), async () => {
  await (await openTestStore([Note], { folder })).close()
  mount('-o', 'remount,ro', folder)
  await expect(openTestStore([Note], { folder })).rejects.toMatchObject({
    code: 'DatabaseReadOnly',
    message: `The database file ${folder} cannot be written.`,
  })
})
