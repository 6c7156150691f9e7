import { Defect, systemFailure } from '@heddle/core'
import type { Maybe, Part, Port, PortScope, SystemCode } from '@heddle/core'
import type { Key } from '../database/table.ts'
import { type AnyEntity, type Entity, leaveOutDeleted } from '../entity/entity.ts'
import { mayBeHeld } from '../entity/may-be-held.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import { toldKey } from '../entity/told-key.ts'
import type { Known, Loaded, OwnerOf, PathsAt, Stored, With } from '../entity/types.ts'
import type { Condition } from '../filter/condition.ts'
import { chain } from '../unit/chain.ts'
import { type DataUnit, dataUnit } from '../unit/data-unit.ts'
import { type Associations, type Paths, type PathsOf, referencePaths } from './associations.ts'
import { formatCursor, parseCursor } from './cursor.ts'
import { type AnyWith, loadPaths, plainRecord } from './load-paths.ts'
import { readableBy } from './readable-by.ts'
import { type Direction, orderOf } from './order.ts'
import { conditionOf, type Where } from './where.ts'
import { deleteRecord, insertRecord, removeRecord, restoreRecord, type UpdateOptions, updateRecord } from './writes.ts'

/** How many records a page holds at most (limit `find.limit`). */
export const findLimit = 1000

/** Which records to find, and how many. */
export interface FindOptions<Rec> {
  readonly where?: Where<Rec>
  /** Fields in the order of their weight. @default by key */
  readonly orderBy?: { readonly [N in keyof Rec]?: Direction }
  /** @default 100, at most 1,000 */
  readonly limit?: number
  /** `next` of the page before. */
  readonly after?: string
  /** Also finds what was deleted softly. @default false */
  readonly withDeleted?: boolean
}

/** Which records to count. */
export type CountOptions<Rec> = Pick<FindOptions<Rec>, 'where' | 'withDeleted'>

/** What is loaded besides the record itself. */
export interface LoadOptions<W> {
  /** Paths along which related records are loaded, one statement for each level. */
  readonly with?: W
}

/** How one record is read. */
export interface GetOptions {
  /** Also reads what was deleted softly. @default false */
  readonly withDeleted?: boolean
}

/** A page of records. */
export interface Found<Rec> {
  readonly records: readonly Rec[]
  /** Pass it as `after` for the next page; missing on the last one. */
  readonly next?: string
}

/** The records of one entity that the call's tenant has. Records are frozen. */
export interface Repository<Rec, K, New, Patch, P = {}> {
  get<const W extends With<P> = {}>(key: K, options?: GetOptions & LoadOptions<W>): Maybe<Loaded<Rec, P, W> | undefined>
  /** @throws {Failure} NotFound */
  getOrThrow<const W extends With<P> = {}>(key: K, options?: GetOptions & LoadOptions<W>): Maybe<Loaded<Rec, P, W>>
  /** In the order of the keys. */
  getMany(keys: readonly K[]): Maybe<readonly (Rec | undefined)[]>
  /**
   * Adds a record at commit. A key of type uuid is made up when it is left out.
   *
   * @throws {Failure} ConstraintBroken; NotUnique, MissingReference, here or at commit
   */
  insert(values: New): Rec
  /**
   * Changes fields and returns the new record.
   *
   * @throws {Failure} ConstraintBroken, VersionOutdated; NotUnique, MissingReference at commit
   * @throws {Defect} StaleRecord when `record` is not what the last read or update returned
   */
  update(record: Known<Rec, P>, patch: Patch, options?: UpdateOptions): Rec
  /**
   * Removes a record, or marks it as deleted where the entity has `softDelete`.
   *
   * @throws {Failure} VersionOutdated; StillReferenced at commit
   * @throws {Defect} StaleRecord
   */
  delete(record: Known<Rec, P>, options?: UpdateOptions): void
  /** Brings back a record that was deleted softly. */
  restore(record: Known<Rec, P>): Rec
  /** Removes a record for good, also where the entity has `softDelete`. @throws {Failure} StillReferenced at commit */
  purge(record: Known<Rec, P>): void
  /** Committed records, with what this command wrote merged in. */
  find<const W extends With<P> = {}>(options?: FindOptions<Rec> & LoadOptions<W>): Maybe<Found<Loaded<Rec, P, W>>>
  /** How many records pass a filter, with what this command wrote counted in. */
  count(options?: CountOptions<Rec>): Maybe<number>
  /**
   * The record to which references lead, one after the other, e.g. `follow(item, 'order', 'customer')`.
   *
   * @throws {Failure} NotFound when a reference on the way is empty
   */
  follow<A extends keyof P & string>(record: Known<Rec, P>, first: A): Maybe<OwnerOf<P, A>>
  follow<A extends keyof P & string, B extends keyof PathsAt<P, A> & string>(
    record: Known<Rec, P>,
    first: A,
    second: B,
  ): Maybe<OwnerOf<PathsAt<P, A>, B>>
  follow<
    A extends keyof P & string,
    B extends keyof PathsAt<P, A> & string,
    C extends keyof PathsAt<PathsAt<P, A>, B> & string,
  >(
    record: Known<Rec, P>,
    first: A,
    second: B,
    third: C,
  ): Maybe<OwnerOf<PathsAt<PathsAt<P, A>, B>, C>>
  /** Waits until no other command holds the keys, holds them until this one ends, and reads them. */
  lock(keys: readonly K[]): Maybe<readonly (Rec | undefined)[]>
}

/** The port of a repository. */
export interface RepositoryPort<Rec, K, New, Patch, P, Name extends string = string, KeyName extends string = string>
  extends Port<Repository<Rec, K, New, Patch, P>>, Stored<Rec, New, Patch, P, Name, KeyName> {
  readonly name: Name
  readonly entity: AnyEntity
  /** The ways that lead on from its records. */
  readonly paths: () => Paths
}

/**
 * The port through which commands read and write an entity.
 *
 * @param associations ways to records that refer to these, beside those that references open by themselves
 * @example
 * export const Items = repository(Item)
 * export const Orders = repository(Order, { items: hasMany(Items, 'order') })
 * // in a command with uses: [Orders]
 * const { records } = await ctx.use(Orders).find({ where: { open: true }, with: { items: { product: true } } })
 */
export function repository<
  Rec,
  K,
  New,
  Patch,
  P,
  Name extends string,
  KeyName extends string,
  const A extends Associations = {},
>(
  entity: Entity<Rec, K, New, Patch, P, Name, KeyName>,
  associations?: A,
): RepositoryPort<Rec, K, New, Patch, P & PathsOf<A>, Name, KeyName> {
  const paths = { ...referencePaths(entity), ...associations }
  return {
    kind: 'port',
    name: entity.name,
    external: false,
    part: entity,
    reads: () => readableBy(entity, paths),
    failures: (parts) => failuresOf(entity, parts),
    entity,
    paths: () => paths,
    bind: (scope) =>
      new UnitRepository(entity, paths, scope) as unknown as Repository<Rec, K, New, Patch, P & PathsOf<A>>,
  }
}

/** What the rules of an entity may end a command with, and those of entities that refer to it. */
function failuresOf(entity: AnyEntity, parts: readonly Part[]): readonly SystemCode[] {
  const { checks, hooks, references, switches } = entity
  const failures: SystemCode[] = []
  if (checks.length > 0 || hooks) failures.push('ConstraintBroken')
  if (references.length > 0) failures.push('MissingReference')
  if (switches.versions) failures.push('VersionOutdated')
  if (mayBeHeld(entity, parts)) failures.push('StillReferenced')
  return failures
}

/** A repository whose types nobody knows. */
export type AnyRepository = InstanceType<typeof UnitRepository>

class UnitRepository {
  readonly #entity: AnyEntity
  readonly #paths: Paths
  readonly #scope: PortScope
  readonly #unit: DataUnit

  constructor(entity: AnyEntity, paths: Paths, scope: PortScope) {
    this.#entity = entity
    this.#paths = paths
    this.#scope = scope
    this.#unit = dataUnit(scope, entity.name)
  }

  get(key: Key, { withDeleted, with: wanted }: GetOptions & LoadOptions<AnyWith> = {}): Maybe<AnyRecord | undefined> {
    const loaded = this.#unit.load(this.#entity, [key])
    const record = chain(withDeleted ? loaded : leaveOutDeleted(this.#entity, loaded), first)
    return wanted ? chain(record, (found) => found && chain(this.#related([found], wanted), first)) : record
  }

  getOrThrow(key: Key, options?: GetOptions & LoadOptions<AnyWith>): Maybe<AnyRecord> {
    return chain(this.get(key, options), (record) => {
      if (record) return record
      throw systemFailure('NotFound', { entity: this.#entity.name, key: toldKey(this.#entity, key) })
    })
  }

  getMany(keys: readonly Key[]): Maybe<readonly (AnyRecord | undefined)[]> {
    return leaveOutDeleted(this.#entity, this.#unit.load(this.#entity, keys))
  }

  insert(given: object): AnyRecord {
    this.#assertWritable()
    return insertRecord(this.#entity, this.#scope, this.#unit, given)
  }

  update(record: AnyRecord, patch: object, options?: UpdateOptions): AnyRecord {
    this.#assertWritable()
    return updateRecord(this.#entity, this.#scope, this.#unit, plainRecord(record), patch, options)
  }

  delete(record: AnyRecord, options?: UpdateOptions): void {
    this.#assertWritable()
    deleteRecord(this.#entity, this.#scope, this.#unit, plainRecord(record), options)
  }

  restore(record: AnyRecord): AnyRecord {
    this.#assertWritable()
    return restoreRecord(this.#entity, this.#scope, this.#unit, plainRecord(record))
  }

  purge(record: AnyRecord): void {
    this.#assertWritable()
    removeRecord(this.#entity, this.#scope, this.#unit, plainRecord(record))
  }

  find(options: FindOptions<AnyRecord> & LoadOptions<AnyWith> = {}): Maybe<Found<AnyRecord>> {
    const { where, orderBy = {}, limit = 100, after, withDeleted = false, with: wanted } = options
    if (!Number.isInteger(limit) || limit < 1 || limit > findLimit) {
      throw systemFailure('LimitReached', { name: 'find.limit', limit: findLimit })
    }
    const entity = this.#entity
    const order = orderOf(entity, orderBy)
    const position = after === undefined ? undefined : parseCursor(order, after)
    const condition = this.#conditionOf(where, withDeleted)
    const page = this.#unit.find(entity, { where: condition, order: order.columns, after: position, limit })
    return chain(page, ({ records, more, last }) => {
      const next = more && last ? formatCursor(order, last) : undefined
      const found = wanted ? this.#related(records, wanted) : records
      return chain(found, (loaded) => (next === undefined ? { records: loaded } : { records: loaded, next }))
    })
  }

  count({ where, withDeleted = false }: CountOptions<AnyRecord> = {}): Maybe<number> {
    return this.#unit.count(this.#entity, this.#conditionOf(where, withDeleted))
  }

  follow(record: AnyRecord, ...names: readonly string[]): Maybe<AnyRecord> {
    const [name, ...rest] = names
    if (name === undefined) return record
    const wanted = rest.reduceRight<AnyWith | true>((further, part) => ({ [part]: further }), true)
    return chain(this.#related([plainRecord(record)], { [name]: wanted }), ([loaded]) => {
      let owner: unknown = loaded
      for (const part of names) owner = (owner as AnyRecord | undefined)?.[part]
      if (owner !== undefined) return owner as AnyRecord
      const key = toldKey(this.#entity, record[this.#entity.table.key])
      throw systemFailure('NotFound', { entity: `${names.join(' ')} of ${this.#entity.name}`, key })
    })
  }

  lock(keys: readonly Key[]): Maybe<readonly (AnyRecord | undefined)[]> {
    this.#assertWritable()
    return this.#unit.lock(this.#entity, keys)
  }

  #related(records: readonly AnyRecord[], wanted: AnyWith): Maybe<readonly AnyRecord[]> {
    return loadPaths(this.#unit, this.#entity, this.#paths, records, wanted)
  }

  #conditionOf(where: object | undefined, withDeleted: boolean): Condition | undefined {
    const condition = where && conditionOf(this.#entity, where)
    if (withDeleted || !this.#entity.switches.softDelete) return condition
    return condition ? { kind: 'and', conditions: [condition, notDeleted] } : notDeleted
  }

  #assertWritable(): void {
    if (this.#unit.mode === 'query') throw new Defect('QueryWrote', { command: this.#scope.command })
  }
}

const notDeleted: Condition = { kind: 'missing', column: 'deletedAt' }

const first = <T>(items: readonly T[]): T | undefined => items[0]
