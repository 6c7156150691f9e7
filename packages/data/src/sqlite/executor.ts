import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'

/**
 * Executes units of work on the one connection that writes. Everything that is handed over at once becomes one
 * transaction; a unit with several writes runs in its own savepoint, so that a refused one leaves no trace.
 *
 * A batch is a flat list, because that is what crosses threads at the least cost, cell by cell:
 * `[units, new statements, …unit, …SQL]`, a unit is `[head, …operation]`, an operation is `[head, expected, …parameter]`.
 * `unitHead` and `operationHead` say what stands in a head.
 *
 * This file and what it imports load in a worker thread: nothing here may pull in the rest of the package.
 */

/** The row that is read must have the expected version; 0 stands for no row. */
export const checkOperation = 0
/** Changes exactly one row; the unit's version is bound before the other parameters. */
export const writeOperation = 1
/** Changes exactly one row. */
export const deleteOperation = 2
/** Changes any number of rows; the reply says how many. */
export const runOperation = 3
/** Runs the SQL that is its only parameter, e.g. DDL. */
export const scriptOperation = 4
/** There must be a row that the statement finds, or none: `expected` is 1 or 0. */
export const guardOperation = 5

/** The lease must be held with the expected token. */
export const fenceOperation = 6

/** Inserts a row of the system's tenant, whose first column is the next offset. */
export const appendOperation = 7
/** Inserts a row or writes over it; the unit's version is bound before the other parameters. */
export const insertOperation = 8

/** How many operations a unit has, and whether what it writes must be undone by itself where it is refused. */
export const unitHead = (operations: number, isUndoable: boolean): number => operations * 2 + (isUndoable ? 1 : 0)

/** What an operation does, with which statement and how many parameters. */
export const operationHead = (kind: number, statement: number, parameters: number): number =>
  (statement * parameterSpan + parameters) * kindSpan + kind

const kindSpan = 16
/** More than SQLite binds. */
const parameterSpan = 65_536

/** One element of a batch. */
export type Cell = SQLInputValue

/** What a unit came to: nothing to say, a lost race, a lost lease, a broken constraint (SQLite's text, and by which operation), a count, or an error. */
export type UnitReply =
  | undefined
  | { readonly kind: 'conflict' }
  | { readonly kind: 'fenced'; readonly operation: number }
  | { readonly kind: 'constraint'; readonly text: string; readonly operation: number }
  | { readonly kind: 'guard'; readonly operation: number }
  | { readonly kind: 'changes'; readonly changes: number }
  | { readonly kind: 'error'; readonly errorCode: number; readonly text: string }

/** How many units were executed, and what those had to say that did not simply succeed. */
export interface BatchReply {
  readonly units: number
  readonly replies: readonly (readonly [index: number, reply: NonNullable<UnitReply>])[]
}

const constraintCode = 19

export class Executor {
  readonly #connection: DatabaseSync
  readonly #statements: StatementSync[] = []
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #savepoint: StatementSync
  readonly #release: StatementSync
  readonly #saveVersion: StatementSync
  #version = 0
  /** How many events were ever appended: the offset of the newest. */
  #offset = 0

  constructor(connection: DatabaseSync) {
    this.#connection = connection
    connection.exec('CREATE TABLE IF NOT EXISTS "_commits" (version INTEGER NOT NULL, events INTEGER NOT NULL)')
    addEventsTo(connection)
    connection.exec('INSERT INTO "_commits" SELECT 0, 0 WHERE NOT EXISTS (SELECT 1 FROM "_commits")')
    // Makes the table of statistics, into which migrations write.
    connection.exec('ANALYZE "_commits"')
    this.#begin = connection.prepare('BEGIN IMMEDIATE')
    this.#commit = connection.prepare('COMMIT')
    this.#savepoint = connection.prepare('SAVEPOINT unit')
    this.#release = connection.prepare('RELEASE unit')
    this.#saveVersion = connection.prepare('UPDATE "_commits" SET version = ?, events = ?')
    this.#readCounters()
  }

  /** Runs batches in one transaction. When it returns, what succeeded is durable. */
  execute(batches: readonly Cell[][]): BatchReply {
    const replies: [number, NonNullable<UnitReply>][] = []
    let units = 0
    try {
      this.#begin.run()
      for (const batch of batches) units = this.#batch(batch, units, replies)
      this.#saveVersion.run(this.#version, this.#offset)
      this.#commit.run()
      return { units, replies }
    } catch (error) {
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK')
      return this.#allFailed(batches, error)
    }
  }

  #batch(batch: Cell[], firstUnit: number, replies: [number, NonNullable<UnitReply>][]): number {
    const units = batch[0] as number
    this.#prepare(batch)
    let at = 2
    for (let unit = firstUnit; unit < firstUnit + units; unit++) {
      const head = batch[at++] as number
      const operations = head >>> 1
      const savepoint = (head & 1) === 1
      if (savepoint) this.#savepoint.run()
      this.#version++
      const firstOffset = this.#offset
      let reply: UnitReply
      for (let index = 0; index < operations; index++) {
        const next = at + 2 + (Math.floor((batch[at] as number) / kindSpan) % parameterSpan)
        if (reply === undefined || reply.kind === 'changes')
          reply = this.#operation(batch, at, next, index, savepoint) ?? reply
        at = next
      }
      if (reply) {
        replies.push([unit, reply])
        if (savepoint && reply.kind !== 'changes') this.#connection.exec('ROLLBACK TO unit')
        this.#offset = firstOffset // What was refused was not appended, so that no number is left out.
      }
      if (savepoint) this.#release.run()
    }
    return firstUnit + units
  }

  /** Prepares the statements that a batch brings. Their numbers go on from those before. */
  #prepare(batch: readonly Cell[]): void {
    for (let index = batch.length - (batch[1] as number); index < batch.length; index++) {
      this.#statements.push(this.#connection.prepare(batch[index] as string))
    }
  }

  #operation(batch: Cell[], at: number, end: number, operation: number, undoable: boolean): UnitReply {
    const head = batch[at] as number
    const kind = head % kindSpan
    try {
      if (kind === scriptOperation) return void this.#connection.exec(batch[at + 2] as string)
      const statement = this.#statements[Math.floor(head / (kindSpan * parameterSpan))]!
      if (kind === insertOperation) {
        // The version takes the place before the other parameters. `get` makes no object that says what was changed.
        batch[at + 1] = this.#version
        return void statement.get(...batch.slice(at + 1, end))
      }
      const parameters = batch.slice(at + 2, end)
      if (kind === checkOperation) {
        const row = statement.get(...parameters)
        return (row ? row['_version'] : 0) === batch[at + 1] ? undefined : { kind: 'conflict' }
      }
      if (kind === guardOperation) {
        const isThere = statement.get(...parameters) !== undefined
        return isThere === (batch[at + 1] === 1) ? undefined : { kind: 'guard', operation }
      }
      if (kind === fenceOperation) {
        const row = statement.get(...parameters)
        return row?.['token'] === batch[at + 1] ? undefined : { kind: 'fenced', operation }
      }
      if (kind === writeOperation) {
        return statement.run(this.#version, ...parameters).changes === 1 ? undefined : { kind: 'conflict' }
      }
      if (kind === appendOperation) {
        statement.run(this.#version, '', this.#offset + 1, ...parameters)
        this.#offset++
        return undefined
      }
      const { changes } = statement.run(...parameters)
      if (kind === runOperation) return { kind: 'changes', changes: Number(changes) }
      return changes === 1 ? undefined : { kind: 'conflict' }
    } catch (error) {
      // SQLite ends the whole transaction by itself when the disk is full or fails: then every unit in it is lost.
      const code = errorCode(error)
      if (!this.#connection.isTransaction || isDiskTrouble(code)) throw error
      if (kind === appendOperation && !undoable) throw error // What was written before it cannot be undone by itself.
      if ((code & 0xff) === constraintCode) return { kind: 'constraint', text: (error as Error).message, operation }
      return { kind: 'error', errorCode: code, text: (error as Error).message }
    }
  }

  #allFailed(batches: readonly (readonly Cell[])[], error: unknown): BatchReply {
    const replies: [number, NonNullable<UnitReply>][] = []
    const reply = { kind: 'error', errorCode: errorCode(error), text: String((error as Error).message) } as const
    for (const batch of batches) {
      const units = batch[0] as number
      for (let unit = 0; unit < units; unit++) replies.push([replies.length, reply])
    }
    this.#readCounters()
    return { units: replies.length, replies }
  }

  #readCounters(): void {
    const { version, events } = this.#connection.prepare('SELECT version, events FROM "_commits"').get()!
    this.#version = version as number
    this.#offset = events as number
  }
}

/** Files from before there were events count none. */
function addEventsTo(connection: DatabaseSync): void {
  const columns = connection.prepare(`SELECT name FROM pragma_table_info('_commits')`).all()
  if (columns.some(({ name }) => name === 'events')) return
  connection.exec('ALTER TABLE "_commits" ADD COLUMN events INTEGER NOT NULL DEFAULT 0')
}

/** SQLite's extended result code; 1 where an error has none. */
export const errorCode = (error: unknown): number =>
  typeof error === 'object' && error !== null && 'errcode' in error ? Number(error.errcode) : 1

const isDiskTrouble = (code: number) => [8, 10, 11, 13, 26].includes(code & 0xff)
