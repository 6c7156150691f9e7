import type { Span } from '@opentelemetry/api'
import type { Json } from '../manifest/json.ts'
import type { LeaseProof } from './lease-proof.ts'
import type { Maybe } from './maybe.ts'

/** How a unit of work is opened. */
export interface BeginOptions {
  /** A query reads one snapshot and may not write. */
  readonly mode: 'command' | 'query'
  readonly tenant: string
  /** Set when a conflict made the outermost command run again: lock what the lost attempt read by key, in key order. */
  readonly after?: Unit
  /** Leases that must still be held when the unit is committed. */
  readonly fences?: readonly LeaseProof[]
  /** That of the call, where it is recorded. */
  readonly span?: Span
  readonly signal?: AbortSignal
}

/** Opens units of work. A database provides it. */
export interface Transactions {
  /** Always at once: a driver that needs a connection takes it at the first read, or in `prepare`. */
  begin(options: BeginOptions): Unit
}

/** An event on its way into the database, with the other changes of a unit of work. */
export interface EmittedEvent {
  readonly id: string
  readonly name: string
  /** Version of the type of its data. */
  readonly version: number
  /** Events with the same key stay in order. */
  readonly key: string
  readonly data: Json
  /** Whether something in its data is marked, so that it is encrypted where it is kept. */
  readonly secret?: boolean
  /** UTC, milliseconds since 1970. */
  readonly at: number
  /** Who called. Undefined for a stranger and for the app's own code. */
  readonly principal: string | undefined
  readonly traceId: string | undefined
}

/**
 * One transaction's reads and writes. Writes collect here and reach the database at commit, all or none.
 *
 * Core only opens, nests and ends units; repositories of a higher layer read and write through them.
 */
export interface Unit {
  readonly tenant: string
  /** Whether there is something to write, for which a commit has to wait. Missing: there never is. */
  readonly waits?: boolean
  /** Takes the locks that `after` asked for. Called once, before the first read, when a command runs again. */
  prepare(): Maybe<void>
  /** A child whose writes are seen by itself, and by this unit only after `merge`. */
  overlay(): Unit
  /**
   * Moves an overlay's writes into its parent.
   *
   * @throws {Defect} OverlappingWrites when a concurrent overlay wrote one of the same records
   * @throws {Failure} NotUnique when a record exists already
   */
  merge(): Maybe<void>
  /**
   * Makes the writes durable. Resolves when they are.
   *
   * @throws {CommitConflict} when a record that was read or written changed meanwhile
   * @throws {Failure} NotUnique, LeaseLost, DiskFull, Unavailable …
   */
  commit(): Maybe<void>
  /**
   * Adds an event, which others see when the unit is committed. Missing where there is no database.
   *
   * @throws {Failure} TooLarge
   */
  emit?(event: EmittedEvent): void
  /** Forgets the writes and frees locks and snapshots. Calling it after the end does nothing. */
  rollback(): void
}

/** Somebody else changed what this unit read. The outermost command runs again. */
export class CommitConflict extends Error {
  override readonly name = 'CommitConflict'
}

/** Units for apps without a database: they hold nothing. */
export const memoryTransactions: Transactions = {
  begin: ({ tenant }) => memoryUnit(tenant),
}

function memoryUnit(tenant: string): Unit {
  return { tenant, prepare() {}, overlay: () => memoryUnit(tenant), merge() {}, commit() {}, rollback() {} }
}
