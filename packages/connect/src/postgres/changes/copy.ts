/**
 * Copies the rows that are there when a source begins, so that copy and log together tell each row once.
 *
 * The idea is that of PostgreSQL's own initial copy, a snapshot that is exported by the slot that is made, and that of
 * watermarks in "DBLog: A Watermark Based Change-Data-Capture Framework" (Andreakis and Papapanagiotou, 2020,
 * https://arxiv.org/abs/2010.12597): a copy that was interrupted goes on from its last key, although its snapshot is gone.
 * DBLog takes the changes between two watermarks out of each chunk. We have no need to write marks and to look through
 * changes: the log tells the transaction of each change, and PostgreSQL tells which transactions a snapshot sees.
 *
 * So rows are copied in the order of their key, in runs: a run is what was copied under one snapshot, from the key where the
 * run before was interrupted. A change of a row is given exactly if the snapshot of the run to which its key belongs does not
 * see its transaction. Invariants: a newer snapshot sees all that an older one sees; whatever a snapshot sees was committed
 * before its horizon, so that behind it the runs are forgotten.
 */
import { sleep, systemFailure, type Timers } from '@heddle/core'
import type { Client } from 'pg'
import { readRows } from '../client.ts'
import { quoteName, quoteText } from '../quote.ts'
import type { CopyRun, TableCopy, TablePlace } from './position.ts'
import { findTable, type SourceTable } from './tables.ts'
import { contains, parseSnapshot } from './visibility.ts'

/** The snapshot under which tables are read. */
export interface CopySnapshot {
  readonly snapshot: string
  readonly horizon: string
  /** The tables, as they are while it lasts. */
  readonly tables: readonly SourceTable[]
}

export interface CopyOptions {
  readonly client: Client
  readonly where: string
  /** What is left to copy. */
  readonly tables: readonly SourceTable[]
  /** Runs of before: all that their snapshots see has to be seen. */
  readonly earlier: readonly CopyRun[]
  /** The snapshot that a slot has exported. */
  readonly exported?: string
  readonly timers: Timers
  readonly signal: AbortSignal
}

/** How long a transaction is waited for that an earlier snapshot saw end and that has not ended for all yet. */
const pauseMs = 50

/**
 * Begins a transaction that sees the tables as they are at one moment. They can be read and written as usual meanwhile, but
 * not emptied or altered.
 */
export async function beginCopy(options: CopyOptions): Promise<CopySnapshot> {
  const { client, where, exported, timers, signal } = options
  const earlier = options.earlier.map(({ snapshot }) => parseSnapshot(snapshot))
  for (;;) {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    if (exported !== undefined) await client.query(`SET TRANSACTION SNAPSHOT ${quoteText(exported)}`)
    await client.query(`LOCK TABLE ${options.tables.map(({ sql }) => sql).join(', ')} IN ACCESS SHARE MODE`)
    const [[snapshot, horizon] = []] = await readRows(
      client,
      'SELECT pg_current_snapshot()::text, pg_current_wal_insert_lsn()::text',
    )
    const seen = parseSnapshot(snapshot!)
    if (earlier.every((one) => contains(seen, one))) {
      const tables: SourceTable[] = []
      for (const { title } of options.tables) tables.push(await findTable(client, title, where))
      return { snapshot: snapshot!, horizon: horizon!, tables }
    }
    await client.query('ROLLBACK')
    await sleep(timers, pauseMs, signal)
  }
}

/** Waits until every transaction has ended that may have begun to write before a table was published. */
export async function waitForWriters(client: Client, timers: Timers, signal: AbortSignal): Promise<void> {
  const ask = async () => {
    const [[snapshot] = []] = await readRows(client, 'SELECT pg_current_snapshot()::text')
    return parseSnapshot(snapshot!)
  }
  const { xmax } = await ask()
  while ((await ask()).xmin < xmax) await sleep(timers, pauseMs, signal)
}

/** Whether what was copied of a table is still part of it. */
export const isSameTable = ({ files, key }: TableCopy, table: SourceTable): boolean =>
  files === table.files && key.join('\n') === table.key.join('\n')

/** A part of a table, in the order of its key. */
export interface CopiedRows {
  readonly rows: readonly (readonly (string | null)[])[]
  /** Where it ends; null at the end of the table. */
  readonly until: readonly string[] | null
}

/** Reads the rows behind a key. */
export async function copyRows(
  client: Client,
  { sql: name, columns, key }: SourceTable,
  after: readonly string[] | undefined,
  limit: number,
): Promise<CopiedRows> {
  const order = key.map(quoteName).join(', ')
  const bound = key.map((_, at) => `$${at + 1}`).join(', ')
  const behind = after ? ` WHERE (${order}) > (${bound})` : ''
  const list = columns.map((column) => quoteName(column.name)).join(', ')
  // One more than is wanted, to see the end with the last rows and not after them.
  const sql = `SELECT ${list} FROM ${name}${behind} ORDER BY ${order} LIMIT ${limit + 1}`
  const rows = await readRows(client, sql, after ?? [])
  if (rows.length <= limit) return { rows, until: null }
  const last = rows[limit - 1]!
  const places = key.map((column) => columns.findIndex(({ name: one }) => one === column))
  return { rows: rows.slice(0, limit), until: places.map((at) => last[at]!) }
}

/** Which run has copied a key: its place in the list. The database compares, by its own order. */
export async function runOf(
  client: Client,
  { runs, key }: TableCopy,
  { columns, title }: SourceTable,
  where: string,
  values: readonly (string | null | undefined)[],
): Promise<number> {
  const casts = key.map((name) => columns.find((column) => column.name === name)?.cast)
  if (casts.includes(undefined) || values.some((value) => value === null || value === undefined)) {
    throw systemFailure('ChangesLost', { where, reason: `the key of ${title} was altered while the table was copied` })
  }
  const bound: unknown[] = [...values]
  const tuple = (from: number) => `(${casts.map((cast, at) => `$${from + at}::${cast}`).join(', ')})`
  const conditions = runs.map(({ until }) => {
    if (until === null) return 'true'
    const from = bound.push(...until) - until.length + 1
    return `${tuple(1)} <= ${tuple(from)}`
  })
  const [found = []] = await readRows(client, `SELECT ${conditions.map((one) => `(${one})::text`).join(', ')}`, bound)
  const index = found.indexOf('true')
  // Behind all that was copied so far there is nothing to be seen yet: the last run takes it.
  return index === -1 ? runs.length - 1 : index
}

/** What was copied, with another part of it. */
export function withRun({ copy, columns }: TablePlace, run: CopyRun): TablePlace {
  const { runs = [], ...rest } = copy!
  const isSame = runs.at(-1)?.snapshot === run.snapshot
  return { columns, copy: { ...rest, runs: [...(isSame ? runs.slice(0, -1) : runs), run] } }
}
