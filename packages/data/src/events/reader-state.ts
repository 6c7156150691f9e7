import { type CallOptions, type Clock, CommitConflict } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { fenceOf, lostLease } from '../database/fence.ts'
import type { RecordOf } from '../entity/entity.ts'
import { systemTenant } from '../system/entities.ts'
import { putWrite } from '../system/records.ts'
import { ReaderRecord } from './records.ts'

/** How far a handler or projection is, as it is kept. */
export type ReaderState = Omit<RecordOf<typeof ReaderRecord>, 'at'>

/** Reads how far a reader is; undefined for one that was never opened. */
export async function readReader(database: Database, name: string): Promise<ReaderState | undefined> {
  const [row] = await database.read(ReaderRecord.table, systemTenant, [name])
  return row && (ReaderRecord.codec.decode(row) as ReaderState)
}

/** Keeps how far a reader is. */
export async function saveReader(
  database: Database,
  clock: Clock,
  state: ReaderState,
  proofs: CallOptions['fences'] = [],
): Promise<void> {
  const write = putWrite(ReaderRecord, { ...state, at: new Date(clock.now()) })
  const fences = proofs.map((proof) => fenceOf(proof, systemTenant))
  const refused = await database.commit({ tenant: systemTenant, checks: [], writes: [write], fences })
  if (refused?.kind === 'fenced') throw lostLease(refused.fence)
}

/**
 * Keeps how far the session of a projection is, unless somebody else began a rebuild: then its place means nothing.
 *
 * @throws {CommitConflict} when the projection is rebuilt since
 */
export async function moveReader(
  database: Database,
  clock: Clock,
  state: ReaderState,
  proofs: CallOptions['fences'] = [],
): Promise<void> {
  const { table } = ReaderRecord
  const [row] = await database.read(table, systemTenant, [state.name])
  const known = row && (ReaderRecord.codec.decode(row) as ReaderState)
  if (!row || known?.generation !== state.generation) throw new CommitConflict()
  const write = putWrite(ReaderRecord, { ...state, at: new Date(clock.now()) })
  const fences = proofs.map((proof) => fenceOf(proof, systemTenant))
  const checks = [{ table, key: state.name, version: row[0] }]
  const refused = await database.commit({ tenant: systemTenant, checks, writes: [write], fences })
  if (refused?.kind === 'fenced') throw lostLease(refused.fence)
  if (refused) throw new CommitConflict()
}

/**
 * What is kept of a reader; the first time, it begins.
 *
 * @param from where one begins that is new: with what comes from now on, or with all that is kept
 */
export async function openReader(
  database: Database,
  clock: Clock,
  { name, version, from }: { name: string; version: number; from: 'now' | 'start' },
): Promise<ReaderState> {
  const known = await readReader(database, name)
  if (known) return known
  const offset = from === 'now' ? await database.lastEvent() : 0
  const state: ReaderState = { name, offset, version, generation: 1, rebuilding: false }
  await saveReader(database, clock, state)
  return state
}
