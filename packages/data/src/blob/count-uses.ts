import { type Maybe, systemFailure } from '@heddle/core'
import type { Commit, Database, Refusal, Write } from '../database/database.ts'
import type { Key, Table } from '../database/table.ts'
import { blobAddress, blobTable as table } from './blob-tables.ts'
import { addressesIn, blobColumns, hasBlobTables } from './blob-type.ts'

/**
 * Adds to a commit what its records do to the blobs that they refer to: each reference that comes or goes is counted in
 * the same transaction, so the count is exact however the process ends.
 *
 * @throws {Failure} NotFound when a record refers to a content that is not there
 */
export function countUses(database: Database, holder: object, commit: Commit): Maybe<Commit> {
  if (!hasBlobTables() || !commit.writes.some(refersToBlobs)) return commit
  return counted(database, holder, commit, commit.writes.filter(refersToBlobs))
}

const refersToBlobs = ({ table }: Write) => blobColumns(table) !== undefined

/**
 * Commits writes of records that refer to blobs, outside of any unit of work.
 *
 * @returns why it was refused
 * @throws {Failure} NotFound when a record refers to a content that is not there
 */
export async function commitCounted(database: Database, commit: Commit): Promise<Refusal | undefined> {
  const holder = {}
  try {
    return await database.commit(await countUses(database, holder, { ...commit, holder }))
  } finally {
    database.unlock(holder)
  }
}

async function counted(database: Database, holder: object, commit: Commit, written: readonly Write[]): Promise<Commit> {
  const { tenant } = commit
  const changes = new Map<string, number>()
  const add = (table: Table, values: readonly unknown[], by: number) => {
    for (const column of blobColumns(table)!) {
      for (const address of addressesIn(values[column])) changes.set(address, (changes.get(address) ?? 0) + by)
    }
  }
  for (const write of written) {
    if (write.kind !== 'delete') add(write.table, write.values, 1)
    if (write.kind !== 'update' && write.kind !== 'delete') continue
    const [before] = await database.read(write.table, tenant, [write.key])
    // Where the version has moved on, the commit is refused anyway.
    if (before) add(write.table, before.slice(1), -1)
  }
  const moved = [...changes].filter(([, by]) => by !== 0)
  if (moved.length === 0) return commit
  // Others who refer to the same content wait, and do not lose.
  const addresses = moved.map(([sha256]) => blobAddress(tenant, sha256)).toSorted()
  const rows = moved.map(([key]) => ({ table, tenant, key }))
  await database.lock(holder, addresses, undefined, rows)
  const writes = await countWrites(database, tenant, moved)
  return { ...commit, writes: [...commit.writes, ...writes] }
}

async function countWrites(
  database: Database,
  tenant: string,
  moved: readonly (readonly [sha256: string, by: number])[],
): Promise<Write[]> {
  const keys: Key[] = moved.map(([sha256]) => sha256)
  const rows = await database.read(table, tenant, keys)
  const at = await database.now()
  return moved.flatMap(([sha256, by], index): Write[] => {
    const row = rows[index]
    if (by > 0 && !row?.[presentIndex]) throw systemFailure('NotFound', { entity: 'blob', key: sha256 })
    if (!row) return []
    const [version, address, content, sizeBytes, uses, present] = row
    const values = [address!, content!, sizeBytes!, Math.max(0, Number(uses) + by), present!, at]
    return [{ kind: 'update', table, key: sha256, values, version }]
  })
}

/** A row begins with its version. */
const presentIndex = 5
