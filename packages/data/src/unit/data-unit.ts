import { CommitConflict, Defect, isPromise } from '@heddle/core'
import type { BeginOptions, EmittedEvent, LeaseProof, Maybe, PortScope, Unit } from '@heddle/core'
import type {
  Check,
  Commit,
  Database,
  PageQuery,
  Reader,
  Refusal,
  RowAddress,
  Snapshot,
  Write,
} from '../database/database.ts'
import { countUses } from '../blob/count-uses.ts'
import type { Append } from '../database/event-feed.ts'
import { type Fence, fenceOf, lostLease } from '../database/fence.ts'
import type { Condition } from '../filter/condition.ts'
import type { Key, Row, Table, Value } from '../database/table.ts'
import type { AnyEntity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import { toldKey } from '../entity/told-key.ts'
import { appendOf } from '../events/append.ts'
import type { Catalog } from './catalog.ts'
import { countOwn, without } from './count-own.ts'
import { committedPage, type Found, mergePage, type Page } from './merge-page.ts'
import { anything, type RecordState } from './record-state.ts'
import { allUnchanged } from './all-unchanged.ts'
import { chain } from './chain.ts'
import { type Changes, changesOf, lockAddresses, type States, touchedRows, writtenAddresses } from './changes.ts'
import { notUnique } from './not-unique.ts'
import { releaseSnapshot } from './release-snapshot.ts'
import { sameValues } from './same-values.ts'
import { UnitRules } from './unit-rules.ts'

/** Of a unit that knows of no record yet. Never written to. */
const nothing = new Map<AnyEntity, States>()
const unchanged: Changes = { checks: [], writes: [] }

/**
 * One transaction's reads and writes over any database. Writes collect here; the commit hands them to the database in
 * one list, with the version of every record that was read by key or changed.
 *
 * An overlay keeps its own writes and looks through to its parent for the rest. Its reads belong to the root, because
 * a failed subcommand's answer rests on them too.
 */
export class DataUnit implements Unit {
  readonly tenant: string
  readonly mode: 'command' | 'query'
  readonly database: Database
  /**
   * What locks are taken with, instead of the unit itself: tables of keys that come and go are outgrown, and V8 keeps what
   * stood in them until a full garbage collection.
   */
  readonly #holder: object = {}
  readonly catalog: Catalog
  readonly #parent: DataUnit | undefined
  readonly #root: DataUnit
  readonly #signal: AbortSignal | undefined
  readonly #after: DataUnit | undefined
  /** Kept by the root: a fence of a subcommand is one of the whole call. */
  #fences: readonly Fence[] | undefined
  #states = nothing
  #events: Append[] | undefined
  /** New rows that no reader of this unit sees. */
  #rows: Write[] | undefined
  #rules: UnitRules | undefined
  #snapshot: Maybe<Snapshot> | undefined
  #ended = false

  constructor(
    database: Database,
    catalog: Catalog,
    { tenant, mode, after, signal, fences }: BeginOptions,
    parent?: DataUnit,
  ) {
    this.database = database
    this.catalog = catalog
    this.tenant = tenant
    this.mode = mode
    this.#signal = signal
    this.#after = after instanceof DataUnit ? after : undefined
    this.#parent = parent
    this.#fences = fences?.map((proof) => fenceOf(proof, tenant))
    this.#root = parent ? parent.#root : this
  }

  /** Locks, in key order, what the attempt that lost a race had read or written. */
  prepare(): Maybe<void> {
    const lost = this.#after
    const rows = lost ? touchedRows(lost.#root.#states, lost.tenant) : []
    if (rows.length === 0 || this.mode === 'query') return undefined
    return this.#lock(rows)
  }

  overlay(): DataUnit {
    const options = { tenant: this.tenant, mode: this.mode, signal: this.#signal }
    return new DataUnit(this.database, this.catalog, options, this)
  }

  /** What reads go to: the newest state for a command, one snapshot for a query. */
  reader(): Maybe<Reader> {
    if (this.mode === 'command') return this.database
    return (this.#root.#snapshot ??= this.database.snapshot(this.#signal))
  }

  /** Reads by key; the commit verifies that nothing of it changed. */
  load(entity: AnyEntity, keys: readonly Key[]): Maybe<readonly (AnyRecord | undefined)[]> {
    const missing: Key[] = []
    for (const key of keys) {
      const state = this.#visible(entity, key)
      if (state && (state.version !== undefined || state.revision > 0)) state.read = true
      else missing.push(key)
    }
    if (missing.length === 0) return keys.map((key) => this.#visible(entity, key)!.record)
    return chain(this.#fetch(entity, missing), () => keys.map((key) => this.#visible(entity, key)!.record))
  }

  /** Takes the keys' locks until the unit ends, then reads them anew. */
  lock(entity: AnyEntity, keys: readonly Key[]): Maybe<readonly (AnyRecord | undefined)[]> {
    const locked = this.#root.#lock(keys.map((key) => ({ table: entity.table, tenant: this.tenant, key })))
    return chain(
      chain(locked, () => this.#fetch(entity, keys)),
      () => this.load(entity, keys),
    )
  }

  /** A page of the committed records with this unit's own changes merged in. */
  find(entity: AnyEntity, query: PageQuery): Maybe<Page> {
    if (this.mode === 'query') return this.#findCommitted(entity, query)
    const room = this.#pending(entity).size
    // Pending changes can take that many records out of the page.
    const wider = { ...query, limit: query.limit + 1 + room }
    return chain(this.database.find(entity.table, this.tenant, wider), (found) => {
      const pending = this.#pending(entity)
      if (pending.size > room) return this.find(entity, query) // The body wrote on while it waited for the page.
      const items = found.map((row) => this.#seen(entity, row))
      return mergePage(entity, query, items, pending)
    })
  }

  #findCommitted(entity: AnyEntity, query: PageQuery): Maybe<Page> {
    const wider = { ...query, limit: query.limit + 1 }
    const rows = chain(this.reader(), (reader) => reader.find(entity.table, this.tenant, wider))
    return isPromise(rows)
      ? rows.then((found) => committedPage(entity, found, query.limit))
      : committedPage(entity, rows, query.limit)
  }

  /** How many records pass a filter, with this unit's own changes counted in. */
  count(entity: AnyEntity, where: Condition | undefined): Maybe<number> {
    const { table } = entity
    const pending = this.#pending(entity)
    const others = without(table.key, [...pending.keys()], where)
    const counted = chain(this.reader(), (reader) => reader.count(table, this.tenant, others))
    return chain(counted, (committed) => {
      if (this.#pending(entity).size > pending.size) return this.count(entity, where) // The body wrote on meanwhile.
      return committed + countOwn(entity, where, pending.values())
    })
  }

  /** Whether something was written that the database does not know yet. */
  get hasPending(): boolean {
    for (const states of this.#states.values())
      for (const { revision } of states.values()) if (revision > 0) return true
    return this.#parent?.hasPending ?? false
  }

  /** @throws {Failure} NotUnique when the unit knows a record with the key */
  insert(entity: AnyEntity, key: Key, record: AnyRecord, values: readonly Value[]): void {
    const state = this.#visible(entity, key)
    if (state?.record) throw notUnique(entity.name, [entity.table.key])
    this.#write(entity, key, state, record, values)
  }

  /**
   * Writes over what is there, without reading it first. For records that belong to the system alone.
   *
   * @param version what the commit must find: a version, or 0 for nothing. Undefined for whatever there is
   */
  put(entity: AnyEntity, key: Key, record: AnyRecord, values: readonly Value[], version?: number): void {
    const found = version === undefined ? anything : { ...anything, version }
    this.#write(entity, key, this.#visible(entity, key) ?? found, record, values)
  }

  /**
   * @throws {Defect} StaleRecord when this unit wrote a newer one, or never read this one
   * @throws {CommitConflict} when somebody else did, as a later `find` showed
   */
  replace(
    entity: AnyEntity,
    old: AnyRecord,
    record: AnyRecord | undefined,
    values: readonly Value[] | undefined,
  ): void {
    const key = old[entity.table.key] as Key
    const state = this.#visible(entity, key)
    if (!state || state.record !== old) {
      if (state?.record && state.revision === 0) throw new CommitConflict()
      throw new Defect('StaleRecord', { entity: entity.name, key: toldKey(entity, key) })
    }
    this.#write(entity, key, state, record, values)
  }

  emit(event: EmittedEvent): void {
    this.append(appendOf(this.tenant, event))
  }

  /** The events of this unit, those of its parents first. */
  get events(): readonly Append[] {
    return [...(this.#parent?.events ?? []), ...(this.#events ?? [])]
  }

  /** Adds an event that is written with the other changes. */
  append(event: Append): void {
    ;(this.#events ??= []).push(event)
  }

  /** Adds a new row of the system that nobody reads in this unit. The commit is refused where its key is taken. */
  add(table: Table, values: readonly Value[]): void {
    ;(this.#rows ??= []).push({ kind: 'insert', table, values, absent: true })
  }

  /** What the unit owes to the rules of its entities before it ends. */
  get rules(): UnitRules {
    return (this.#rules ??= new UnitRules(this))
  }

  /** The record that the unit wrote or read, as it is now. */
  recordNow(entity: AnyEntity, key: Key): AnyRecord | undefined {
    return this.#visible(entity, key)?.record
  }

  /** Whether a record has a value in a column, as the unit sees it. */
  hasRecord(entity: AnyEntity, column: string, value: Key): Maybe<boolean> {
    const where = { kind: 'compare', column, by: 'eq', value } as const
    const order = [{ column: entity.table.key, descending: false }]
    return chain(this.find(entity, { where, order, after: undefined, limit: 1 }), ({ records }) => records.length > 0)
  }

  merge(): Maybe<void> {
    const parent = this.#parent
    if (!parent || this.#ended) return undefined
    const rules = this.#rules
    if (!rules) return this.#mergeInto(parent)
    return chain(rules.settle(), () => chain(rules.mergeInto(parent.rules), () => this.#mergeInto(parent)))
  }

  #mergeInto(parent: DataUnit): Maybe<void> {
    let checked: Maybe<void> = undefined
    for (const [entity, states] of this.#states) {
      for (const [key, state] of states) {
        if (state.record) checked = chain(checked, () => this.#assertUnique(entity, key, state))
      }
    }
    return chain(checked, () => {
      for (const [entity, states] of this.#states) {
        for (const [key, state] of states) parent.#take(entity, key, state)
      }
      for (const event of this.#events ?? []) parent.append(event)
      if (this.#rows) (parent.#rows ??= []).push(...this.#rows)
      this.#ended = true
    })
  }

  /** Lets the commit succeed only if a lease is still held with its token. */
  fence(proof: LeaseProof): void {
    const root = this.#root
    root.#fences = [...(root.#fences ?? []), fenceOf(proof, this.tenant)]
  }

  get waits(): boolean {
    return this.mode === 'command' && !this.#ended && (this.#events !== undefined || this.#collect().writes.length > 0)
  }

  commit(): Maybe<void> {
    if (this.#ended) return undefined
    if (this.mode === 'query') return this.rollback()
    if (!this.#rules) return this.#commit()
    try {
      const settled = this.#rules.settle()
      if (!isPromise(settled)) return this.#commit()
      return settled.then(
        () => this.#commit(),
        (error: unknown) => {
          this.rollback()
          throw error
        },
      )
    } catch (error) {
      this.rollback()
      throw error
    }
  }

  #commit(): Maybe<void> {
    const collected = this.#collect()
    const guards = this.#rules?.guards()
    const commit = guards ? { ...collected, guards } : collected
    if (commit.writes.length === 0 && !commit.events) return this.#endWithoutWrites(commit.checks)
    try {
      const addresses = writtenAddresses(this.#states, this.tenant)
      const locked = addresses.length === 0 ? undefined : this.database.lock(this.#holder, addresses, this.#signal)
      const written = isPromise(locked) ? locked.then(() => this.#send(commit)) : this.#send(commit)
      if (!isPromise(written)) return this.#end(written)
      return written.then(
        (refusal) => this.#end(refusal),
        (error: unknown) => {
          this.rollback()
          throw error
        },
      )
    } catch (error) {
      this.rollback()
      throw error
    }
  }

  #send(commit: Commit): Maybe<Refusal | undefined> {
    const whole = countUses(this.database, this.#holder, commit)
    return isPromise(whole) ? whole.then((counted) => this.database.commit(counted)) : this.database.commit(whole)
  }

  rollback(): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#parent) return
    this.database.unlock(this.#holder)
    releaseSnapshot(this.#snapshot)
  }

  #end(refusal: Refusal | undefined): void {
    this.#ended = true
    this.database.unlock(this.#holder)
    if (refusal?.kind === 'fenced') throw lostLease(refusal.fence)
    if (refusal?.kind === 'notUnique') throw notUnique(refusal.table, refusal.columns)
    if (refusal?.kind === 'guard' && this.#rules) throw this.#rules.failureOf(refusal.guard)
    if (refusal) throw new CommitConflict()
  }

  /** One record is one state. Several were of one moment only if none of them has changed since. */
  #endWithoutWrites(checks: readonly Check[]): Maybe<void> {
    if (checks.length < 2) return this.rollback()
    return chain(allUnchanged(this.database, this.tenant, checks), (unchanged) => {
      this.rollback()
      if (!unchanged) throw new CommitConflict()
    })
  }

  #collect(): Commit {
    const rows = this.#rows
    const { checks, writes } = this.#states.size === 0 ? unchanged : changesOf(this.#states)
    return {
      tenant: this.tenant,
      checks,
      writes: rows ? (writes.length > 0 ? [...writes, ...rows] : rows) : writes,
      events: this.#events,
      fences: this.#fences,
      holder: this.#holder,
    }
  }

  #fetch(entity: AnyEntity, keys: readonly Key[]): Maybe<void> {
    const rows = chain(this.reader(), (reader) => reader.read(entity.table, this.tenant, keys))
    return chain(rows, (found) => {
      for (const [index, key] of keys.entries()) this.#read(entity, key, found[index])
    })
  }

  /** Notes a committed row that was read by key. */
  #read(entity: AnyEntity, key: Key, row: Row | undefined): void {
    const version = row?.[0] ?? 0
    const root = this.#root
    const states = root.#statesOf(entity)
    const known = states.get(key)
    if (known?.version !== undefined && known.version >= 0) {
      if (known.version !== version && (known.read || known.revision > 0)) throw new CommitConflict()
      if (known.version === version) return void (known.read = true)
    }
    if (known && known.revision > 0) {
      if (row) throw notUnique(entity.name, [entity.table.key]) // It was inserted here without a look.
      states.set(key, { ...known, version, read: true })
      return
    }
    const record = row && entity.codec.decode(row)
    states.set(key, { record, values: row?.slice(1) as Value[], version, read: true, revision: 0, baseRevision: 0 })
  }

  /** Notes a row that a page brought, so that the record can be updated. It is not verified unless it is. */
  #seen(entity: AnyEntity, row: Row): Found {
    const values = row.slice(1) as Value[]
    const key = values[entity.keyIndex] as Key
    const states = this.#root.#statesOf(entity)
    const known = states.get(key)
    if (known?.version === row[0] && known.revision === 0) return { record: known.record!, values }
    if (known && (known.read || known.revision > 0)) {
      if (known.revision === 0) throw new CommitConflict() // It was read by key in an older version: this unit has lost.
      return { record: known.record ?? entity.codec.decode(row), values }
    }
    const record = entity.codec.decode(row)
    states.set(key, { record, values, version: row[0], read: false, revision: 0, baseRevision: 0 })
    return { record, values }
  }

  #write(
    entity: AnyEntity,
    key: Key,
    state: RecordState | undefined,
    record: AnyRecord | undefined,
    values: readonly Value[] | undefined,
  ): void {
    const states = this.#statesOf(entity)
    const own = states.get(key)
    const revision = (state?.revision ?? 0) + 1
    if (own) Object.assign(own, { record, values, revision })
    else {
      const version = state?.version
      const baseRevision = this.#parent ? (state?.revision ?? 0) : 0
      states.set(key, { record, values, version, read: false, revision, baseRevision })
    }
  }

  /** Takes in what an overlay wrote. */
  #take(entity: AnyEntity, key: Key, { record, values, version, baseRevision }: RecordState): void {
    const state = this.#visible(entity, key)
    if ((state?.revision ?? 0) !== baseRevision) {
      throw new Defect('OverlappingWrites', { entity: entity.name, key: toldKey(entity, key) })
    }
    // A page read meanwhile brought a newer version than the one that the overlay changed.
    if (version !== undefined && state && state.version !== version) throw new CommitConflict()
    this.#write(entity, key, state, record, values)
  }

  /** Looks whether a record that an overlay wrote would break a constraint, so that `call.try` sees it. */
  #assertUnique(entity: AnyEntity, key: Key, state: RecordState): Maybe<void> {
    const free =
      state.version === undefined && state.baseRevision === 0
        ? chain(this.#fetch(entity, [key]), () => {
            const stored = this.#root.#visible(entity, key)
            if (stored?.record && stored.revision === 0) throw notUnique(entity.name, [entity.table.key])
          })
        : undefined
    return entity.table.indexes
      .filter(({ unique }) => unique)
      .reduce(
        (before: Maybe<void>, { columns }) => chain(before, () => this.#assertFree(entity, key, columns, state)),
        free,
      )
  }

  #assertFree(entity: AnyEntity, key: Key, columns: readonly string[], { values }: RecordState): Maybe<void> {
    const where = sameValues(entity.table, columns, values!)
    if (!where) return undefined
    const order = [{ column: entity.table.key, descending: false }]
    return chain(this.find(entity, { where, order, after: undefined, limit: 2 }), ({ records }) => {
      if (records.some((record) => record[entity.table.key] !== key)) throw notUnique(entity.name, columns)
    })
  }

  #visible(entity: AnyEntity, key: Key): RecordState | undefined {
    const own = this.#states.get(entity)?.get(key)
    if (own || !this.#parent) return own
    return this.#parent.#visible(entity, key)
  }

  #statesOf(entity: AnyEntity): States {
    if (this.#states === nothing) this.#states = new Map()
    let states = this.#states.get(entity)
    if (!states) this.#states.set(entity, (states = new Map()))
    return states
  }

  #pending(entity: AnyEntity): Map<Key, RecordState> {
    const pending = this.#parent ? this.#parent.#pending(entity) : new Map<Key, RecordState>()
    for (const [key, state] of this.#states.get(entity) ?? []) if (state.revision > 0) pending.set(key, state)
    return pending
  }

  #lock(rows: readonly RowAddress[]): Maybe<void> {
    return this.database.lock(this.#holder, lockAddresses(rows), this.#signal, rows)
  }
}

/**
 * The unit of work behind a port's scope.
 *
 * @throws {Defect} MissingPart when the app has no database
 */
export function dataUnit({ unit }: Pick<PortScope, 'unit'>, name: string): DataUnit {
  if (unit instanceof DataUnit) return unit
  throw new Defect('MissingPart', { name, missing: 'a database' })
}
