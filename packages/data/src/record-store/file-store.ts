import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { systemFailure } from '@heddle/core'
import type { Row, Table } from '../database/table.ts'
import { diskFailure } from '../disk/disk-failure.ts'
import { makeFolder } from '../folder/make-folder.ts'
import { own } from '../sqlite/owner.ts'
import { formatRecordFile, parseRecordFile } from './file-format.ts'
import { createMemoryStore, keyOf, type MemoryStore } from './memory-store.ts'
import type { RecordStore, RecordStoreDriver, Written } from './record-store.ts'

/** Where records are kept as files. */
export interface FileRecordsOptions {
  /** Relative to the app's data folder. */
  readonly folder: string
}

/**
 * Keeps each record as a JSON file that people can read, `<entity>/<tenant>/<key>.json`, and all of them in memory. A
 * record is on the disk when a write is answered. One process at a time has the folder; files that others change are
 * read at the next start.
 *
 * @example provideRecords(Templates, fileRecords({ folder: 'templates' }))
 */
export const fileRecords = ({ folder }: FileRecordsOptions): RecordStoreDriver => ({
  name: 'files',
  describe: () => ({ engine: 'files', folder }),
  open: (host) => openFileStore(isAbsolute(folder) ? folder : join(host.folder, folder)),
})

/** @throws {Failure} DatabaseLocked, DatabaseReadOnly */
async function openFileStore(folder: string): Promise<RecordStore> {
  await makeFolder(folder)
  const owner = own(folder)
  const memory = createMemoryStore()
  /** Writes go one after the other, so that each sees what the one before it left. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <Value>(run: () => Promise<Value>): Promise<Value> => {
    const running = turn.then(run, run)
    turn = running
    return running
  }
  return {
    name: 'files',
    prepare: (table) => inTurn(() => load(memory, join(folder, table.name), table)),
    read: (table, tenant, keys) => memory.read(table, tenant, keys),
    find: (table, tenant, query) => memory.find(table, tenant, query),
    write: (tenant, write) =>
      inTurn(async (): Promise<Written> => {
        const judged = memory.judge(tenant, write)
        if (judged.kind !== 'written') return judged
        const { table } = write
        const key = keyOf(write)
        const home = join(folder, table.name, fileName(tenant))
        const path = join(home, `${fileName(String(key))}.json`)
        const row: Row | undefined = write.kind === 'delete' ? undefined : [judged.version, ...write.values]
        await onDisk(folder, () =>
          row ? replaceFile(home, path, formatRecordFile(table, tenant, row)) : remove(home, path),
        )
        memory.write(tenant, write)
        return judged
      }),
    async close() {
      await turn.catch(() => undefined)
      owner.release()
    },
  }
}

/** Short plain names stand for themselves; others, and those that a file system may confuse, become their hash. */
const fileName = (name: string) =>
  /^[a-z0-9_-]{1,100}$/.test(name) ? name : `~${createHash('sha256').update(name).digest('hex')}`

async function load(memory: MemoryStore, home: string, table: Table): Promise<void> {
  const paths = await readdir(home, { recursive: true }).catch(() => [])
  for (const name of paths.filter((path) => path.endsWith('.json'))) {
    const path = join(home, name)
    const { tenant, row } = parseRecordFile(table, path, await readFile(path, 'utf8'))
    const key = row[1 + table.columns.findIndex(({ name: column }) => column === table.key)] as string | number
    memory.place({ table, tenant, key }, row)
  }
}

/** The old file or the new one is there, never half of one: also when the power goes. */
async function replaceFile(home: string, path: string, text: string): Promise<void> {
  await mkdir(home, { recursive: true })
  const fresh = `${path}.new`
  const file = await open(fresh, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(fresh, path)
  await syncFolder(home)
}

async function remove(home: string, path: string): Promise<void> {
  await rm(path, { force: true })
  await syncFolder(home)
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function onDisk<Value>(folder: string, run: () => Promise<Value>): Promise<Value> {
  try {
    return await run()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'EROFS' || code === 'EACCES') throw systemFailure('DatabaseReadOnly', { path: folder }, { cause })
    throw diskFailure(cause, folder)
  }
}
