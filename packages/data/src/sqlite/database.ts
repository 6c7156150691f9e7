import { type Clock, CommitConflict, type Maybe, systemFailure } from '@heddle/core'
import { ownClaims } from '../database/claims.ts'
import type { Append } from '../database/event-feed.ts'
import type { Guard } from '../database/guard.ts'
import type { Commit, Database, Prune, Refusal, Snapshot, Write } from '../database/database.ts'
import { localNotices } from '../database/local-notices.ts'
import type { RowChange } from '../database/row-change.ts'
import type { Value } from '../database/table.ts'
import { applyChange } from '../migration/change.ts'
import { KeyedLocks } from '../unit/keyed-locks.ts'
import { chain } from '../unit/chain.ts'
import { changeSql } from '../sql/change-sql.ts'
import { quote, tenantColumn } from '../sql/names.ts'
import { sqliteDialect } from './dialect.ts'
import { TableEventFeed } from '../events/table-feed.ts'
import { statisticsSql } from './statistics.ts'
import { sqliteError } from './errors.ts'
import { assertNamesFree } from './foreign.ts'
import {
  appendOperation,
  type Cell,
  checkOperation,
  deleteOperation,
  fenceOperation,
  guardOperation,
  insertOperation,
  operationHead,
  runOperation,
  scriptOperation,
  type UnitReply,
  writeOperation,
} from './executor.ts'
import type { Readers } from './readers.ts'
import { changeRowSql, tableSql, toCell } from './table-sql.ts'
import type { EncodedUnit, Writer } from './writer.ts'

/** What the SQLite driver is put together from. */
export interface SqliteDatabaseParts {
  readonly path: string
  /** That of the process that owns the file is the database's. */
  readonly clock: Clock
  readonly writer: Writer
  readonly readers: Readers
}

/** SQLite behind the `Database` port: one writer, readers on the calling thread and beside it. */
export function createSqliteDatabase({ path, clock, writer, readers }: SqliteDatabaseParts): Database {
  const locks = new KeyedLocks()
  const feed = new TableEventFeed({
    find: (table, tenant, query) => readers.find(table, tenant, query),
    last: () => Number(readers.main.value('SELECT events FROM "_commits"')),
    // A page that only the offset bounds is read on the calling thread, which costs less than asking another one.
    nearby: 1000,
  })

  // What the writer has answered is seen by whatever reads after it.
  writer.onAnswers(() => readers.refresh())

  return {
    name: 'sqlite',
    notices: localNotices(),
    claims: ownClaims,
    now: () => clock.now(),
    read: (table, tenant, keys) => readers.read(table, tenant, keys),
    find: (table, tenant, query) => readers.find(table, tenant, query),
    findAcross: (table, query) => readers.findAcross(table, query),
    countAcross: (table, query) => readers.countAcross(table, query),
    count: (table, tenant, where) => readers.count(table, tenant, where),
    query: (tenant, query) => readers.query(tenant, query),
    snapshot: (signal): Maybe<Snapshot> => readers.snapshot(signal),

    commit(commit) {
      const guards = commit.guards?.length ?? 0
      const fences = commit.fences?.length ?? 0
      const events = commit.events?.length ?? 0
      const changes = commit.changes?.length ?? 0
      const operations = commit.checks.length + commit.writes.length + guards + fences + changes + events
      // What may refuse the unit after something was written needs a savepoint. An emitted event refuses nothing.
      const ofStreams = events === 0 ? 0 : commit.events!.filter(isOfStream).length
      const writes = commit.writes.length + guards + fences + changes + ofStreams
      const unit = new CommitUnit(commit, operations, writes, encode, committed)
      if (commit.writes.length > pieceSize) unit.encodeInPieces = (cells) => encodeInPieces(commit, cells)
      return writer.send(unit)
    },

    waiting: () => writer.waiting,
    lastEvent: () => feed.lastEvent(),
    readEvents: (query) => feed.readEvents(query),
    watchEvents: (wake, names) => feed.watchEvents(wake, names),

    lock: (holder, addresses, signal) => locks.lock(holder, addresses, signal),
    unlock: (holder) => locks.unlock(holder),

    prune({ table, column, below, limit }: Prune) {
      const [name, key] = [quote(table.name), quote(table.key)]
      const old = `SELECT ${tenantColumn}, ${key} FROM ${name} WHERE ${quote(column)} < ? LIMIT ?`
      const statement = writer.statement(`DELETE FROM ${name} WHERE (${tenantColumn}, ${key}) IN (${old})`)
      return writer.send({
        operations: 1,
        writes: 1,
        encode: (cells) => void cells.push(operationHead(runOperation, statement, 2), 0, below, limit),
        answer: (reply) => {
          if (reply?.kind === 'changes') return reply.changes
          throw failureOf(reply)
        },
      })
    },

    format: () => Number(readers.main.value('PRAGMA user_version')),

    migrate({ tables, changes, commit, format }) {
      const cells: Cell[] = []
      let scripts = 0
      const script = (sql: string) => {
        cells.push(operationHead(scriptOperation, 0, 1), 0, sql)
        scripts++
      }
      let after = tables
      for (const change of changes) {
        for (const sql of changeSql(sqliteDialect, change, after)) script(sql)
        after = applyChange(after, change)
      }
      for (const sql of statisticsSql(tables, after)) script(sql)
      if (format !== undefined) script(`PRAGMA user_version = ${format}`)
      encode(commit, cells)
      const operations = scripts + commit.checks.length + commit.writes.length
      const answer = (reply: UnitReply) => {
        if (reply?.kind === 'conflict') throw new CommitConflict()
        if (reply?.kind === 'constraint') throw notUnique(namesOf(reply.text))
        if (!reply) return
        // Nothing was changed. Whether a name was taken is only asked when something went wrong.
        assertNamesFree(path, tables, after, (sql, ...parameters) => readers.main.rows(sql, ...parameters))
        throw failureOf(reply)
      }
      return writer.send({ operations, writes: operations + 1, encode: (batch) => void batch.push(...cells), answer })
    },

    // The writer last: it empties the write-ahead log, which nobody may be reading then.
    close: () => chain(writer.idle(), () => chain(readers.close(), () => writer.close())),
  }

  function encode(commit: Commit, cells: Cell[]): void {
    const { tenant, writes } = commit
    encodeChecks(commit, cells)
    for (const write of writes) encodeWrite(tenant, write, cells)
    encodeBehindWrites(commit, cells)
  }

  /** The same, with a pause behind each `pieceSize` writes. */
  function* encodeInPieces(commit: Commit, cells: Cell[]): Generator<void, void> {
    const { tenant, writes } = commit
    encodeChecks(commit, cells)
    for (const [index, write] of writes.entries()) {
      if (index > 0 && index % pieceSize === 0) yield
      encodeWrite(tenant, write, cells)
    }
    encodeBehindWrites(commit, cells)
  }

  function encodeChecks({ tenant, checks }: Commit, cells: Cell[]): void {
    for (const { table, key, version } of checks) {
      cells.push(operationHead(checkOperation, writer.statement(tableSql(table).check), 2), version, tenant, key)
    }
  }

  function encodeBehindWrites(commit: Commit, cells: Cell[]): void {
    const { tenant, guards = none, fences = none, changes = none, events = none } = commit
    for (const guard of guards) encodeGuard(tenant, guard, cells)
    for (const fence of fences) {
      cells.push(operationHead(fenceOperation, writer.statement(fenceSql), 2), fence.token, fence.tenant, fence.name)
    }
    // Behind what is counted from the front when it refuses the commit.
    for (const change of changes) encodeChange(tenant, change, cells)
    for (const { table, values } of events) {
      const count = boundOf(values)
      cells.push(operationHead(appendOperation, writer.statement(tableSql(table).insert), count), 0)
      for (let index = 0; index < count; index++) cells.push(toCell(values[index]!))
    }
  }

  function encodeGuard(tenant: string, guard: Guard, cells: Cell[]): void {
    const isPresent = guard.kind === 'present'
    const [column, value] = isPresent ? [guard.table.key, guard.key] : [guard.column, guard.value]
    const sql = `SELECT 1 FROM ${quote(guard.table.name)} WHERE ${tenantColumn} = ? AND ${quote(column)} = ? LIMIT 1`
    cells.push(operationHead(guardOperation, writer.statement(sql), 2), isPresent ? 1 : 0, tenant, value)
  }

  function encodeWrite(tenant: string, write: Write, cells: Cell[]): void {
    const sql = tableSql(write.table)
    if (write.kind === 'delete') {
      cells.push(operationHead(deleteOperation, writer.statement(sql.delete), 3), 0, tenant, write.key, write.version)
      return
    }
    const { values } = write
    const count = values.length
    if (write.kind === 'update') {
      cells.push(operationHead(writeOperation, writer.statement(sql.update), count + 3), 0)
      for (let index = 0; index < count; index++) cells.push(toCell(values[index]!))
      cells.push(tenant, write.key, write.version)
      return
    }
    const bound = write.kind === 'insert' ? boundOf(values) : count
    cells.push(operationHead(insertOperation, writer.statement(sql[write.kind]), bound + 1), 0, tenant)
    for (let index = 0; index < bound; index++) cells.push(toCell(values[index]!))
  }

  function encodeChange(tenant: string, change: RowChange, cells: Cell[]): void {
    const { key, values, where } = change
    cells.push(operationHead(writeOperation, writer.statement(changeRowSql(change)), values.length + 3), 0)
    for (const value of values) cells.push(toCell(value))
    cells.push(tenant, key, toCell(where.value))
  }

  function committed(reply: UnitReply, commit: Commit): Refusal | undefined {
    const refused = refusal(reply, commit)
    if (commit.events && !refused) feed.committed(commit.events)
    return refused
  }

  function refusal(reply: UnitReply, commit: Commit): Refusal | undefined {
    if (reply === undefined || reply.kind === 'changes') return undefined
    if (reply.kind === 'conflict') return reply
    if (reply.kind === 'guard')
      return { kind: 'guard', guard: reply.operation - commit.checks.length - commit.writes.length }
    if (reply.kind === 'fenced') {
      const { checks, writes, guards = none, fences = none } = commit
      return { kind: 'fenced', fence: fences[reply.operation - checks.length - writes.length - guards.length]! }
    }
    if (reply.kind === 'constraint') return constraintRefusal(reply, commit)
    throw failureOf(reply)
  }

  function failureOf(reply: UnitReply): unknown {
    if (reply?.kind === 'error') return sqliteError(reply.errorCode, reply.text, path)
    return new Error(reply?.kind === 'constraint' ? reply.text : 'the database gave no answer')
  }
}

const none: readonly never[] = []

/** How many writes are encoded and copied to the thread that writes before others have a turn (limit `commit.piece`): for some 2 ms. */
const pieceSize = 500

/** One object instead of an object and two functions: there is one for each commit. */
class CommitUnit implements EncodedUnit<Refusal | undefined> {
  readonly operations: number
  readonly writes: number
  encodeInPieces: EncodedUnit<Refusal | undefined>['encodeInPieces'] = undefined
  readonly #commit: Commit
  readonly #encode: (commit: Commit, cells: Cell[]) => void
  readonly #answer: (reply: UnitReply, commit: Commit) => Refusal | undefined

  constructor(
    commit: Commit,
    operations: number,
    writes: number,
    encode: (commit: Commit, cells: Cell[]) => void,
    answer: (reply: UnitReply, commit: Commit) => Refusal | undefined,
  ) {
    this.operations = operations
    this.writes = writes
    this.#commit = commit
    this.#encode = encode
    this.#answer = answer
  }

  encode(cells: Cell[]): void {
    this.#encode(this.#commit, cells)
  }

  answer(reply: UnitReply): Refusal | undefined {
    return this.#answer(reply, this.#commit)
  }
}

/** How many values have to be bound: what is not bound is NULL. */
function boundOf(values: readonly Value[]): number {
  let count = values.length
  while (values[count - 1] === null) count--
  return count
}

/** Its place in the stream may be taken. */
const isOfStream = ({ table }: Append) => table.indexes.length > 0

/** The token of a lease that is held. */
const fenceSql = `SELECT token FROM "heddle.Lease" WHERE ${tenantColumn} = ? AND name = ? AND holder IS NOT NULL`

function constraintRefusal(reply: UnitReply & { kind: 'constraint' }, { checks, writes }: Commit): Refusal {
  const write = writes[reply.operation - checks.length]
  // An event: somebody else was faster at this place of its stream.
  if (!write) return { kind: 'conflict' }
  const { table, columns } = namesOf(reply.text)
  const isKey = columns.length === 1 && columns[0] === write.table.key
  // The unit had seen that the key was free, so somebody else was faster.
  if (isKey && write.kind === 'insert' && write.absent) return { kind: 'conflict' }
  return { kind: 'notUnique', table, columns }
}

/** SQLite says `UNIQUE constraint failed: bank.Account._tenant, bank.Account.email`. */
function namesOf(text: string): { table: string; columns: string[] } {
  const names = text.slice(text.indexOf(': ') + 2).split(', ')
  const columns = names.map((name) => name.slice(name.lastIndexOf('.') + 1)).filter((name) => name !== tenantColumn)
  return { table: names[0]!.slice(0, names[0]!.lastIndexOf('.')), columns }
}

const notUnique = ({ table, columns }: { table: string; columns: string[] }) =>
  systemFailure('NotUnique', { entity: table, field: columns.join(', ') })
