import type { Commit, Write } from '../database/database.ts'
import type { Key, Table } from '../database/table.ts'
import { appendStatements } from './append.ts'
import { placeText } from './broken.ts'
import { changeSql, commitSql, fenceSql, guardSql } from './commit-sql.ts'
import type { Statement } from './statement.ts'
import { type Parameter, toParameter } from './values.ts'

type Scalar = Exclude<Parameter, readonly Parameter[]>

/** What a group does to one table: a list of parameters per row. */
interface TableWork {
  readonly table: Table
  readonly checks: Scalar[][]
  readonly absences: Scalar[][]
  readonly deletes: Scalar[][]
  readonly updates: Scalar[][]
  readonly inserts: Scalar[][]
  readonly puts: Scalar[][]
  /** By their statements. */
  readonly changes: Map<string, Scalar[][]>
}

/**
 * The statements of commits that go in one transaction, a few per table however many commits there are. Rows are locked
 * first, tables by name and rows by key. What is removed makes room in unique indexes, so it goes before what is written.
 */
export function groupStatements(commits: readonly Commit[]): Statement[] {
  const works = [...workOf(commits).values()]
  const rows = works.reduce(
    (sum, { checks, deletes, updates, changes }) =>
      sum + checks.length + deletes.length + updates.length + changesOf(changes).length,
    0,
  )
  const locked = rows > 1 ? works.toSorted((left, right) => (left.table.name < right.table.name ? -1 : 1)) : []
  return [
    ...locked.flatMap(lockStatements),
    ...works.flatMap(({ table, checks }) => statement(commitSql(table).check, checks)),
    ...works.flatMap(({ table, absences }) => statement(commitSql(table).checkAbsent, absences)),
    ...works.flatMap(({ table, absences }) => statement(commitSql(table).freeAbsent, absences.map(addressOf))),
    ...works.flatMap(({ table, deletes }) => statement(commitSql(table).delete, deletes)),
    ...works.flatMap(({ table, updates }) => statement(commitSql(table).update, updates)),
    ...works.flatMap(({ table, inserts }) => statement(commitSql(table).insert, inserts)),
    ...works.flatMap(({ table, puts }) => statement(commitSql(table).put, puts)),
    ...works.flatMap(({ changes }) => [...changes].flatMap(([sql, changed]) => statement(sql, changed))),
    ...demandStatements(commits),
    // The last lock that anybody takes, and the one that all who emit take: held for as short as can be.
    ...appendStatements(commits.flatMap(({ events = [] }) => events)),
  ]
}

/** What must hold once the writes are in. */
function demandStatements(commits: readonly Commit[]): Statement[] {
  const guards = new Map<string, Scalar[][]>()
  const fences: Scalar[][] = []
  for (const [unit, commit] of commits.entries()) {
    for (const [index, guard] of (commit.guards ?? []).entries()) {
      const sql = guardSql(guard)
      const rows = guards.get(sql) ?? []
      const value = guard.kind === 'present' ? guard.key : guard.value
      rows.push([toParameter(commit.tenant), toParameter(value), placeText(unit, index)])
      guards.set(sql, rows)
    }
    for (const [index, { tenant, name, token }] of (commit.fences ?? []).entries()) {
      fences.push([toParameter(tenant), toParameter(name), placeText(unit, index), token])
    }
  }
  return [...statement(fenceSql, fences), ...[...guards].flatMap(([sql, rows]) => statement(sql, rows))]
}

function workOf(commits: readonly Commit[]): Map<Table, TableWork> {
  const works = new Map<Table, TableWork>()
  const workOn = (table: Table) => {
    let work = works.get(table)
    if (!work) {
      work = { table, checks: [], absences: [], deletes: [], updates: [], inserts: [], puts: [], changes: new Map() }
      works.set(table, work)
    }
    return work
  }
  for (const [unit, { tenant: plainTenant, checks, writes, changes = [] }] of commits.entries()) {
    const tenant = toParameter(plainTenant)
    for (const { table, key, version } of checks) {
      const row = [tenant, toParameter(key), placeText(unit, 0)]
      if (version === 0) workOn(table).absences.push(row)
      else workOn(table).checks.push([...row, version])
    }
    for (const write of writes) addWrite(workOn(write.table), tenant, unit, write)
    for (const change of changes) {
      const { key, where, values } = change
      const row = [tenant, toParameter(key), placeText(unit, 0), toParameter(where.value), ...values.map(toParameter)]
      const ofTable = workOn(change.table).changes
      const rows = ofTable.get(changeSql(change))
      if (rows) rows.push(row)
      else ofTable.set(changeSql(change), [row])
    }
  }
  return works
}

function addWrite(work: TableWork, tenant: Scalar, unit: number, write: Write): void {
  if (write.kind === 'delete') {
    work.deletes.push([tenant, toParameter(write.key), placeText(unit, 0), write.version])
    return
  }
  const { columns, key } = write.table
  if (write.kind === 'update') {
    const others = write.values.filter((_value, index) => columns[index]!.name !== key)
    work.updates.push([tenant, toParameter(write.key), placeText(unit, 0), write.version, ...others.map(toParameter)])
  } else work[write.kind === 'put' ? 'puts' : 'inserts'].push([tenant, ...write.values.map(toParameter)])
}

const addressOf = ([tenant, key]: readonly Scalar[]): Scalar[] => [tenant!, key!]

const changesOf = (changes: TableWork['changes']): Scalar[][] => [...changes.values()].flat()

function lockStatements({ table, checks, deletes, updates, changes }: TableWork): Statement[] {
  const written = [...deletes, ...updates, ...changesOf(changes)]
  const sql = commitSql(table)
  // All rows of a table in one pass, because two passes could meet two of another process crosswise.
  if (written.length > 0) return statement(sql.lockToWrite, [...written, ...checks].map(addressOf))
  return statement(sql.lockToRead, checks.map(addressOf))
}

/** Turns rows into a list per column. */
function statement(sql: string, rows: readonly (readonly Scalar[])[]): Statement[] {
  const [first] = rows
  if (!first) return []
  return [{ sql, values: first.map((_value, column) => rows.map((row) => row[column]!)) }]
}

/**
 * Where the longest run of waiting commits ends that may share a transaction. One whose check another one's write breaks
 * waits for the next: together, two could each rest on what the other changes. Nor is a row put twice by one statement.
 */
export function groupLength(commits: readonly Commit[], limit: number): number {
  const most = Math.min(commits.length, limit)
  if (most === 1) return 1
  const checked = new Set<string>()
  const written = new Set<string>()
  for (let index = 0; index < most; index++) {
    const { tenant, checks, writes, changes = [] } = commits[index]!
    const writesTo = writes.map((write) => addressText(write.table, tenant, keyOf(write)))
    for (const { table, key } of changes) writesTo.push(addressText(table, tenant, key))
    const checksOf = checks.map(({ table, key }) => addressText(table, tenant, key))
    const clashes =
      writesTo.some((address) => checked.has(address) || written.has(address)) ||
      checksOf.some((address) => written.has(address))
    if (clashes) return index
    for (const address of writesTo) written.add(address)
    for (const address of checksOf) checked.add(address)
  }
  return most
}

const addressText = ({ name }: Table, tenant: string, key: Key) => `${name}\0${tenant}\0${key}`

/** The key that a write is about. */
export const keyOf = (write: Write): Key =>
  'key' in write
    ? write.key
    : (write.values[write.table.columns.findIndex(({ name }) => name === write.table.key)] as Key)
