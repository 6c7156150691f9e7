import { CommitConflict, type LeaseProof, type Maybe, type Ports, uuidV7 } from '@heddle/core'
import {
  blobStoreOf,
  chain,
  type Check,
  type Commit,
  commitCounted,
  type Condition,
  type Database,
  type DataUnit,
  EntryRecord,
  fenceOf,
  lostLease,
  RunRecord,
  SecretEntryRecord,
  SecretRunRecord,
  SecretSignalRecord,
  SignalRecord,
  type Row,
  type RowChange,
  type Table,
  type Write,
} from '@heddle/data'
import { formatValue, unopened } from '../value/far.ts'
import { holdIn, holdsOf, isCounted } from '../value/holds.ts'
import { Values } from '../value/values.ts'
import { decodeEntry, decodeRun, decodeSignal, encodeEntry, encodeRun, factsText } from './rows.ts'
import type { Entry, Run, Signal, StoredRun } from './run.ts'

/** How many entries one read gives. */
const pageLimit = 1000

const endColumns = ['state', 'worker', 'outcome', 'endedAt']
const endColumnsAndFacts = [...endColumns, 'facts']

/** The key of the row of an entry: entries of a run stand together, in their order. */
export const entryId = (run: string, number: number): string => run + (firstNumbers[number] ?? numberText(number))

const numberText = (number: number): string => `/${number.toString(36).padStart(6, '0')}`
/** Most journals are short. */
const firstNumbers = Array.from({ length: 64 }, (_, number) => numberText(number))

/** The rows of runs, their journals and signals, over any database. What is written is told in full: a run is one row. */
export class RunStore {
  readonly database: Database
  readonly values: Values
  readonly #newId: () => string

  constructor(database: Database, { clock, random }: Pick<Ports, 'clock' | 'random'>) {
    this.database = database
    this.#newId = () => uuidV7(clock, random)
    this.values = new Values(blobStoreOf(database, this.#newId))
  }

  insertRun(run: Run, secret: boolean): Write {
    const { table } = secret ? SecretRunRecord : RunRecord
    return { kind: 'insert', table, values: encodeRun(run), absent: false }
  }

  updateRun(run: Run, version: number, secret: boolean): Write {
    const { table } = secret ? SecretRunRecord : RunRecord
    return { kind: 'update', table, key: run.id, values: encodeRun(run), version }
  }

  /**
   * Ends a run that a worker has, whatever came to its row meanwhile: neither what it is nor what it was sent is told again.
   *
   * @param facts whether they are told, too
   */
  endRun(run: Run, worker: string, facts: boolean): RowChange {
    const { id, state, outcome, endedAt } = run
    const values = [state, null, formatValue(outcome!), endedAt!.getTime()]
    return {
      table: RunRecord.table,
      key: id,
      columns: facts ? endColumnsAndFacts : endColumns,
      values: facts ? [...values, factsText(run)] : values,
      where: { column: 'worker', value: worker },
    }
  }

  insertEntry(run: string, number: number, entry: Entry, secret: boolean): Write {
    const { table } = secret ? SecretEntryRecord : EntryRecord
    return { kind: 'insert', table, values: encodeEntry(entryId(run, number), entry), absent: false }
  }

  /** Puts a new run among the changes of a unit of work, in which nobody reads it. */
  putRun(unit: DataUnit, run: Run, secret: boolean): void {
    const { table } = secret ? SecretRunRecord : RunRecord
    unit.add(table, encodeRun(run))
    this.holdIn(unit, run.id, run.input)
  }

  /** Puts an entry among the changes of a unit of work. */
  putEntry(unit: DataUnit, run: string, number: number, entry: Entry, secret: boolean): void {
    const { table } = secret ? SecretEntryRecord : EntryRecord
    unit.add(table, encodeEntry(entryId(run, number), entry))
    this.holdIn(unit, run, entry.value)
  }

  /** Lets a run hold what a value of it refers to, in a unit of work. */
  holdIn(unit: DataUnit, run: string, value: unknown): void {
    holdIn(unit, run, value, this.#newId)
  }

  removeSignal({ id, version }: Signal): Write {
    return { kind: 'delete', table: SignalRecord.table, key: id, version }
  }

  /**
   * Makes writes of one tenant durable.
   *
   * @throws {CommitConflict} when one of the rows is no longer as it was read
   * @throws {Failure} LeaseLost
   */
  commit(
    tenant: string,
    writes: readonly Write[],
    fences: readonly LeaseProof[] = [],
    checks: readonly Check[] = [],
    changes?: readonly RowChange[],
  ): Maybe<void> {
    const holds = holdsOf(writes, this.#newId)
    const commit: Commit = {
      tenant,
      checks,
      writes: holds.length === 0 ? writes : [...writes, ...holds],
      changes,
      fences: fences.length === 0 ? undefined : fences.map((proof) => fenceOf(proof, tenant)),
    }
    const refused = isCounted(commit.writes) ? commitCounted(this.database, commit) : this.database.commit(commit)
    return chain(refused, (refusal) => {
      if (refusal?.kind === 'fenced') throw lostLease(refusal.fence)
      if (refusal) throw new CommitConflict()
    })
  }

  async read(tenant: string, id: string): Promise<StoredRun | undefined> {
    const [row] = await this.database.read(SecretRunRecord.table, tenant, [id])
    return row && { tenant, version: row[0], run: decodeRun(row) }
  }

  async readMany(tenant: string, ids: readonly string[]): Promise<StoredRun[]> {
    const rows = await this.database.read(SecretRunRecord.table, tenant, ids)
    return rows.flatMap((row) => (row ? [{ tenant, version: row[0], run: decodeRun(row) }] : []))
  }

  /** One entry of a run. */
  async readEntry(tenant: string, run: string, number: number): Promise<Entry | undefined> {
    const [row] = await this.database.read(SecretEntryRecord.table, tenant, [entryId(run, number)])
    return row && this.opened(tenant, decodeEntry(row))
  }

  /** An entry whose value is whole. */
  async opened(tenant: string, entry: Entry): Promise<Entry> {
    return unopened(entry.value) ? { ...entry, value: await this.values.open(tenant, entry.value!) } : entry
  }

  /** A run whose input is whole. */
  async openInput(stored: StoredRun): Promise<StoredRun> {
    const { tenant, run } = stored
    if (!unopened(run.input)) return stored
    return { ...stored, run: { ...run, input: await this.values.open(tenant, run.input) } }
  }

  /** A run whose outcome, if it has one, is whole. */
  async openOutcome(stored: StoredRun): Promise<StoredRun> {
    const { tenant, run } = stored
    if (!unopened(run.outcome)) return stored
    return { ...stored, run: { ...run, outcome: await this.values.open(tenant, run.outcome!) } }
  }

  /** Runs of all tenants, by an index. */
  async across(column: string, where: Condition | undefined, limit: number): Promise<StoredRun[]> {
    const order = (column === 'lane' ? ['lane', 'rank'] : [column]).map((name) => ({ column: name, descending: false }))
    const rows = await this.database.findAcross(SecretRunRecord.table, { where, order, after: undefined, limit })
    return rows.map(({ tenant, row }) => ({ tenant, version: row[0], run: decodeRun(row) }))
  }

  /** The whole journal of a run, in its order and with values that are whole, with the number of the last entry. */
  async journal(tenant: string, run: string): Promise<{ entries: Entry[]; last: number }> {
    const rows = await this.rowsOf(SecretEntryRecord.table, tenant, run)
    const last = rows.at(-1)
    const entries = rows.map(decodeEntry)
    for (const [index, entry] of entries.entries()) {
      if (unopened(entry.value)) entries[index] = await this.opened(tenant, entry)
    }
    return { entries, last: last ? numberOf(last, run) : -1 }
  }

  /** The number and the key of the last entry of a run. */
  async journalEnd(tenant: string, run: string): Promise<{ last: number; lastKey: string | undefined }> {
    const [row] = await this.database.find(SecretEntryRecord.table, tenant, {
      where: within(`${run}/`, `${run}0`),
      order: [{ column: 'id', descending: true }],
      after: undefined,
      limit: 1,
    })
    return { last: row ? numberOf(row, run) : -1, lastKey: row && decodeEntry(row).key }
  }

  /** What was sent to a run and is not taken yet, in its order. */
  async signals(tenant: string, run: string): Promise<Signal[]> {
    const rows = await this.rowsOf(SecretSignalRecord.table, tenant, run)
    return rows.map(decodeSignal)
  }

  /** All rows of a table whose keys begin with a run, in their order, a page at a time. */
  async rowsOf(table: Table, tenant: string, run: string): Promise<Row[]> {
    const rows: Row[] = []
    for (;;) {
      const page = await this.database.find(table, tenant, {
        where: within((rows.at(-1)?.[1] as string | undefined) ?? `${run}/`, `${run}0`),
        order: [{ column: 'id', descending: false }],
        after: undefined,
        limit: pageLimit,
      })
      rows.push(...page)
      if (page.length < pageLimit) return rows
    }
  }
}

/** The number of an entry in its run. */
const numberOf = (row: Row, run: string): number => parseInt((row[1] as string).slice(run.length + 1), 36)

/** Keys between two texts. `0` is the character behind `/`. */
const within = (after: string, before: string): Condition => ({
  kind: 'and',
  conditions: [
    { kind: 'compare', column: 'id', by: 'gt', value: after },
    { kind: 'compare', column: 'id', by: 'lt', value: before },
  ],
})
