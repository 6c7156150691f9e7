import { CommitConflict, isPromise, systemFailure } from '@heddle/core'
import type { Maybe, PortScope } from '@heddle/core'
import type { Guard } from '../database/guard.ts'
import type { Key } from '../database/table.ts'
import type { AnyEntity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import type { Reference } from '../entity/references.ts'
import { toldKey } from '../entity/told-key.ts'
import { removeRecord, updateRecord } from '../repository/writes.ts'
import type { Referrer } from './catalog.ts'
import { chain } from './chain.ts'
import type { DataUnit } from './data-unit.ts'

/** How many records one command removes or changes because others were removed (limit `references.followed`). */
export const followLimit = 10_000
/** How many hooks run after the writes of one command (limit `hooks.run`): hooks that call each other end here. */
export const hookLimit = 10_000

/** A record that refers to others, or one that was removed. */
interface Touched {
  readonly entity: AnyEntity
  readonly key: Key
}

/** What must hold at commit, where to look for it, and what a command ends with otherwise; undefined: a lost race. */
interface Demand {
  readonly guard: Guard
  readonly lookIn: AnyEntity
  readonly failure: (() => unknown) | undefined
}

/**
 * What a unit of work owes to the rules of its entities before it ends: hooks that run after the writes, what follows
 * from removals, and the references that must hold when it is committed.
 */
export class UnitRules {
  readonly #unit: DataUnit
  readonly #hooks: (() => Maybe<void>)[] = []
  readonly #removals: (Touched & { readonly scope: PortScope })[] = []
  readonly #referring = new Map<string, Touched>()
  readonly #removed = new Map<string, Touched>()
  #followed = 0
  #ran = 0
  #demands: readonly Demand[] = []

  constructor(unit: DataUnit) {
    this.#unit = unit
  }

  after(hook: () => Maybe<void>): void {
    this.#hooks.push(hook)
  }

  /** The records to which this one refers must be there at commit. */
  refers(entity: AnyEntity, key: Key): void {
    this.#referring.set(addressOf(entity, key), { entity, key })
  }

  removed(entity: AnyEntity, key: Key, scope: PortScope): void {
    if (this.#unit.catalog.referrersOf(entity).length > 0) this.#removals.push({ entity, key, scope })
  }

  /** Runs hooks and follows removals until nothing is left. */
  settle(): Maybe<void> {
    while (this.#hooks.length > 0 || this.#removals.length > 0) {
      const done = this.#next()
      if (isPromise(done)) return done.then(() => this.settle())
    }
  }

  #next(): Maybe<void> {
    const hook = this.#hooks.shift()
    if (hook) {
      if (++this.#ran > hookLimit) throw systemFailure('LimitReached', { name: 'hooks.run', limit: hookLimit })
      return hook()
    }
    const removal = this.#removals.shift()!
    this.#removed.set(addressOf(removal.entity, removal.key), removal)
    return this.#follow(removal)
  }

  /** Looks now whether the references hold, so that `call.try` sees what does not, and leaves them to the parent. */
  mergeInto(parent: UnitRules): Maybe<void> {
    let checked: Maybe<void> = undefined
    for (const { guard, lookIn, failure } of this.#collect()) {
      const [column, value] = guard.kind === 'present' ? [guard.table.key, guard.key] : [guard.column, guard.value]
      checked = chain(
        chain(checked, () => this.#unit.hasRecord(lookIn, column, value)),
        (found) => {
          if (found !== (guard.kind === 'present')) throw failure?.() ?? new CommitConflict()
        },
      )
    }
    return chain(checked, () => {
      for (const [address, touched] of this.#referring) parent.#referring.set(address, touched)
      for (const [address, touched] of this.#removed) parent.#removed.set(address, touched)
    })
  }

  /** What the commit is to demand, as things stand now. */
  guards(): readonly Guard[] {
    this.#demands = this.#collect()
    return this.#demands.map(({ guard }) => guard)
  }

  /** What it means that a guard did not hold. */
  failureOf(guard: number): unknown {
    return this.#demands[guard]!.failure?.() ?? new CommitConflict()
  }

  /** What was written and removed again demands nothing. */
  #collect(): Demand[] {
    const demands = new Map<string, Demand>()
    for (const { entity, key } of this.#referring.values()) {
      const record = this.#unit.recordNow(entity, key)
      if (!record) continue
      for (const reference of entity.references) {
        const value = record[reference.field] as Key | undefined | null
        if (value === undefined || value === null) continue
        const { target } = reference
        const address = addressOf(target, value)
        if (demands.has(address)) continue
        const guard = { kind: 'present', table: target.table, key: value } as const
        demands.set(address, { guard, lookIn: target, failure: () => missing(entity, key, reference, value) })
      }
    }
    for (const { entity, key } of this.#removed.values()) {
      if (this.#unit.recordNow(entity, key)) continue
      for (const { entity: by, reference } of this.#unit.catalog.referrersOf(entity)) {
        const { field, onDelete } = reference
        const guard = { kind: 'unreferenced', table: by.table, column: field, value: key } as const
        const failure = onDelete === 'restrict' ? () => stillReferenced(entity, key, by, field) : undefined
        demands.set(`${addressOf(entity, key)}\0${by.name}\0${field}`, { guard, lookIn: by, failure })
      }
    }
    return [...demands.values()]
  }

  /** A removal takes along what refers to the record, or takes the reference from it. */
  #follow({ entity, key, scope }: Touched & { readonly scope: PortScope }): Maybe<void> {
    let followed: Maybe<void> = undefined
    for (const referrer of this.#unit.catalog.referrersOf(entity)) {
      if (referrer.reference.onDelete === 'restrict') continue
      followed = chain(followed, () => this.#followOne(key, referrer, scope))
    }
    return followed
  }

  #followOne(key: Key, { entity, reference }: Referrer, scope: PortScope): Maybe<void> {
    const { field, onDelete, index } = reference
    const order = [{ column: entity.table.key, descending: false }]
    const where = { kind: 'compare', column: field, by: 'eq', value: key } as const
    const limit = Math.max(1, followLimit - this.#followed)
    return chain(this.#unit.find(entity, { where, order, after: undefined, limit }), ({ records, more }) => {
      this.#followed += records.length
      if (more || this.#followed > followLimit)
        throw systemFailure('LimitReached', { name: 'references.followed', limit: followLimit })
      const nothing = entity.fieldTypes[index]!.nullWhenMissing ? null : undefined
      const change = (record: AnyRecord) =>
        onDelete === 'cascade'
          ? removeRecord(entity, scope, this.#unit, record)
          : updateRecord(entity, scope, this.#unit, record, { [field]: nothing })
      for (const record of records) change(record)
    })
  }
}

const addressOf = (entity: AnyEntity, key: Key) => `${entity.name}\0${key}`

const missing = (entity: AnyEntity, key: Key, { field, target }: Reference, targetKey: Key) =>
  systemFailure(
    'MissingReference',
    {
      entity: entity.name,
      key: toldKey(entity, key),
      field,
      target: target.name,
      targetKey: toldKey(target, targetKey),
    },
    { path: [field] },
  )

const stillReferenced = (entity: AnyEntity, key: Key, by: AnyEntity, field: string) =>
  systemFailure('StillReferenced', { entity: entity.name, key: toldKey(entity, key), by: by.name, field })
