import { type ByteRange, systemFailure } from '@heddle/core'
import type { Database, Write } from '../database/database.ts'
import type { RecordOf } from '../entity/entity.ts'
import { systemTenant } from '../system/entities.ts'
import { findRecords, putWrite } from '../system/records.ts'
import type { BlobContents, ReceivedContent } from './blob-contents.ts'
import { BlobRecord, BlobTenantRecord } from './blob-record.ts'
import { blobAddress } from './blob-tables.ts'

/** How long a content is kept to which no record refers, e.g. one whose command failed (limit `blobs.grace`). */
export const blobGraceMs = 60 * 60 * 1000
const attempts = 100
const { table, codec } = BlobRecord
type BlobRow = RecordOf<typeof BlobRecord>

/** Where contents are found, by tenant and address. */
export interface BlobStore {
  /** Stores a content, once however often it comes. It goes after a while unless a record refers to it. */
  put(tenant: string, chunks: AsyncIterable<Uint8Array>): Promise<{ sha256: string; sizeBytes: number }>
  /** Its size; undefined when it is not there. */
  sizeOf(tenant: string, sha256: string): Promise<number | undefined>
  /** @throws {Failure} NotFound while reading */
  open(tenant: string, sha256: string, range?: ByteRange): AsyncIterable<Uint8Array>
  /** Removes contents to which nothing refers. Says how many. */
  collect(): Promise<number>
}

/**
 * Contents by their address. A content is found once its row says `present`, which is written when all of it is in its
 * place; before its bytes are removed, the row says that they are not there. So whatever step a crash cuts off, nobody
 * finds half a content, and the next collection finds what is left of it.
 */
export function createBlobStore(database: Database, contents: BlobContents): BlobStore {
  const noted = new Set<string>()

  return {
    async put(tenant, chunks) {
      await noteTenant(tenant)
      const received = await contents.receive(tenant, chunks)
      try {
        await alone(tenant, received.sha256, () => settle(tenant, received))
      } catch (thrown) {
        await received.drop()
        throw thrown
      }
      return { sha256: received.sha256, sizeBytes: received.sizeBytes }
    },

    async sizeOf(tenant, sha256) {
      const found = await read(tenant, sha256)
      return found?.row.present ? found.row.sizeBytes : undefined
    },

    async *open(tenant, sha256, range) {
      const found = await read(tenant, sha256)
      if (!found?.row.present) throw systemFailure('NotFound', { entity: 'blob', key: sha256 })
      yield* contents.open(tenant, found.row.content, range)
    },

    async collect() {
      const below = (await database.now()) - blobGraceMs
      const tenants = await findRecords<{ tenant: string }>(database, BlobTenantRecord, systemTenant)
      let removed = 0
      for (const { tenant } of tenants) {
        const conditions = [
          { kind: 'compare', column: 'uses', by: 'eq', value: 0 },
          { kind: 'compare', column: 'at', by: 'lt', value: below },
        ] as const
        const where = { kind: 'and', conditions } as const
        const found = await findRecords<BlobRow>(database, BlobRecord, tenant, { where, limit: 1000 })
        for (const { sha256 } of found) {
          if (await alone(tenant, sha256, () => remove(tenant, sha256, below))) removed++
        }
      }
      return removed
    },
  }

  async function settle(tenant: string, received: ReceivedContent): Promise<void> {
    const { sha256, sizeBytes, content } = received
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const known = await read(tenant, sha256)
      const at = new Date(await database.now())
      if (known?.row.present) {
        if (!(await write(tenant, { ...known.row, at }, known.version))) continue
        return received.drop()
      }
      const record = { sha256, content, sizeBytes, uses: 0, present: false, at }
      // Another process may still be storing the same, or has died: either way its bytes are left to collection.
      const left = known && known.row.content !== content ? contents.disown(known.row.content, at) : []
      if (!(await write(tenant, record, known?.version, left))) continue
      await received.keep()
      const arrived = await read(tenant, sha256)
      if (!arrived || arrived.row.content !== content) continue
      if (await write(tenant, { ...record, present: true }, arrived.version, await received.settling())) return
    }
    throw systemFailure('Conflict', { attempts })
  }

  async function remove(tenant: string, sha256: string, below: number): Promise<boolean> {
    const known = await read(tenant, sha256)
    if (!known || known.row.uses > 0 || known.row.at.getTime() >= below) return false
    let { version } = known
    if (known.row.present) {
      if (!(await write(tenant, { ...known.row, present: false }, version))) return false
      version = (await read(tenant, sha256))?.version ?? version
    }
    await contents.remove(tenant, known.row.content)
    const gone: Write = { kind: 'delete', table, key: sha256, version }
    return !(await database.commit({ tenant, checks: [], writes: [gone] }))
  }

  async function read(tenant: string, sha256: string): Promise<{ row: BlobRow; version: number } | undefined> {
    const [row] = await database.read(table, tenant, [sha256])
    return row && { row: codec.decode(row) as BlobRow, version: row[0] }
  }

  /** False when somebody else was faster. */
  async function write(
    tenant: string,
    record: BlobRow,
    version: number | undefined,
    more: readonly Write[] = [],
  ): Promise<boolean> {
    const values = codec.encode(record)
    const own: Write =
      version === undefined
        ? { kind: 'insert', table, values, absent: true }
        : { kind: 'update', table, key: record.sha256, values, version }
    return !(await database.commit({ tenant, checks: [], writes: [own, ...more] }))
  }

  async function noteTenant(tenant: string): Promise<void> {
    if (noted.has(tenant)) return
    await database.commit({ tenant: systemTenant, checks: [], writes: [putWrite(BlobTenantRecord, { tenant })] })
    noted.add(tenant)
  }

  async function alone<Result>(tenant: string, sha256: string, work: () => Promise<Result>): Promise<Result> {
    const holder = {}
    await database.lock(holder, [blobAddress(tenant, sha256)])
    try {
      return await work()
    } finally {
      database.unlock(holder)
    }
  }
}
