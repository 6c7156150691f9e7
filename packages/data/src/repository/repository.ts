import { Defect, systemFailure } from '@heddle/core'
import type { Maybe, Port, PortScope } from '@heddle/core'
import type { OrderColumn } from '../database/database.ts'
import type { Key, Value } from '../database/table.ts'
import { type RecordCheck, recordCheck } from '../entity/check-record.ts'
import type { AnyEntity, Entity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import { type DataUnit, dataUnit } from '../unit/data-unit.ts'
import { chain } from '../unit/chain.ts'
import { formatCursor, parseCursor } from './cursor.ts'
import { conditionOf, type Where } from './where.ts'

/** How many records a page holds at most (limit `find.limit`). */
export const findLimit = 1000

/** The direction of a field in an order. Missing values come first in `asc`. */
export type Direction = 'asc' | 'desc'

/** Which records to find, and how many. */
export interface FindOptions<Rec> {
  readonly where?: Where<Rec>
  /** Fields in the order of their weight. @default by key */
  readonly orderBy?: { readonly [N in keyof Rec]?: Direction }
  /** @default 100, at most 1,000 */
  readonly limit?: number
  /** `next` of the page before. */
  readonly after?: string
}

/** A page of records. */
export interface Found<Rec> {
  readonly records: readonly Rec[]
  /** Pass it as `after` for the next page; missing on the last one. */
  readonly next?: string
}

/** The records of one entity that the call's tenant has. Records are frozen. */
export interface Repository<Rec, K, New, Patch> {
  get(key: K): Maybe<Rec | undefined>
  /** @throws {Failure} NotFound */
  getOrThrow(key: K): Maybe<Rec>
  /** In the order of the keys. */
  getMany(keys: readonly K[]): Maybe<readonly (Rec | undefined)[]>
  /**
   * Adds a record at commit. A key of type uuid is made up when it is left out.
   *
   * @throws {Failure} NotUnique, here or at commit
   */
  insert(values: New): Rec
  /**
   * Changes fields and returns the new record.
   *
   * @throws {Defect} StaleRecord when `record` is not what the last read or update returned
   */
  update(record: Rec, patch: Patch): Rec
  /** @throws {Defect} StaleRecord */
  delete(record: Rec): void
  /** Committed records, with what this command wrote merged in. */
  find(options?: FindOptions<Rec>): Maybe<Found<Rec>>
  /** Waits until no other command holds the keys, holds them until this one ends, and reads them. */
  lock(keys: readonly K[]): Maybe<readonly (Rec | undefined)[]>
}

/**
 * The port through which commands read and write an entity.
 *
 * @example
 * export const Accounts = repository(Account)
 * // in a command with uses: [Accounts]
 * const account = await ctx.use(Accounts).get(id)
 */
export function repository<Rec, K, New, Patch>(
  entity: Entity<Rec, K, New, Patch>,
): Port<Repository<Rec, K, New, Patch>> {
  const check = recordCheck(entity)
  return {
    kind: 'port',
    name: entity.name,
    external: false,
    part: entity,
    bind: (scope) => new UnitRepository(entity, check, scope) as unknown as Repository<Rec, K, New, Patch>,
  }
}

class UnitRepository {
  readonly #entity: AnyEntity
  readonly #check: RecordCheck
  readonly #scope: PortScope
  readonly #unit: DataUnit

  constructor(entity: AnyEntity, check: RecordCheck, scope: PortScope) {
    this.#entity = entity
    this.#check = check
    this.#scope = scope
    this.#unit = dataUnit(scope, entity.name)
  }

  get(key: Key): Maybe<AnyRecord | undefined> {
    return chain(this.#unit.load(this.#entity, [key]), first)
  }

  getOrThrow(key: Key): Maybe<AnyRecord> {
    return chain(this.get(key), (record) => {
      if (record) return record
      throw systemFailure('NotFound', { entity: this.#entity.name, key })
    })
  }

  getMany(keys: readonly Key[]): Maybe<readonly (AnyRecord | undefined)[]> {
    return this.#unit.load(this.#entity, keys)
  }

  insert(given: object): AnyRecord {
    this.#assertWritable()
    const entity = this.#entity
    const keyName = entity.table.key
    const isMadeUp = (given as AnyRecord)[keyName] === undefined && entity.fieldTypes[entity.keyIndex]!.isUuid
    const checked = this.#check.whole(isMadeUp ? { ...given, [keyName]: this.#scope.newId() } : given)
    return this.#store(checked, (record, values) => this.#unit.insert(entity, record[keyName] as Key, record, values))
  }

  update(record: AnyRecord, patch: object): AnyRecord {
    this.#assertWritable()
    const checked = this.#check.patch(record[this.#entity.table.key], patch)
    return this.#store({ ...record, ...checked }, (newer, values) =>
      this.#unit.replace(this.#entity, record, newer, values),
    )
  }

  delete(record: AnyRecord): void {
    this.#assertWritable()
    this.#unit.replace(this.#entity, record, undefined, undefined)
  }

  find({ where = {}, orderBy = {}, limit = 100, after }: FindOptions<AnyRecord> = {}): Maybe<Found<AnyRecord>> {
    if (!Number.isInteger(limit) || limit < 1 || limit > findLimit) {
      throw systemFailure('LimitReached', { name: 'find.limit', limit: findLimit })
    }
    const entity = this.#entity
    const { columns } = entity.table
    const order = orderOf(entity, orderBy)
    const indexes = order.map(({ column }) => columns.findIndex(({ name }) => name === column))
    const kinds = indexes.map((index) => columns[index]!.kind)
    const position = after === undefined ? undefined : parseCursor(order, kinds, after)
    const page = this.#unit.find(entity, { where: conditionOf(entity, where), order, after: position, limit })
    return chain(page, ({ items, more }) => {
      const records = items.map(({ record }) => record)
      const last = items.at(-1)
      if (!more || !last) return { records }
      return {
        records,
        next: formatCursor(
          order,
          indexes.map((index) => last.values[index]!),
        ),
      }
    })
  }

  lock(keys: readonly Key[]): Maybe<readonly (AnyRecord | undefined)[]> {
    this.#assertWritable()
    return this.#unit.lock(this.#entity, keys)
  }

  /** What comes back equals what a later read gives: it is made from the stored values. */
  #store(checked: AnyRecord, write: (record: AnyRecord, values: readonly Value[]) => void): AnyRecord {
    const { codec, name, table } = this.#entity
    try {
      const values = codec.encode(checked)
      const record = codec.decodeValues(values)
      write(record, values)
      return record
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      const data = { entity: name, key: checked[table.key], reason: error.message }
      throw new Defect('InvalidRecord', data, { cause: error })
    }
  }

  #assertWritable(): void {
    if (this.#unit.mode === 'query') throw new Defect('QueryWrote', { command: this.#scope.command })
  }
}

const first = <T>(items: readonly T[]): T | undefined => items[0]

/** The order ends in the key, so that it is total and a cursor is exact. */
function orderOf(entity: AnyEntity, orderBy: { readonly [field: string]: Direction | undefined }): OrderColumn[] {
  const order: OrderColumn[] = []
  for (const [column, direction] of Object.entries(orderBy)) {
    if (direction === undefined) continue
    const known = entity.table.columns.find(({ name }) => name === column)
    const reason = !known ? `there is no field "${column}"` : `the field "${column}" is kept as JSON and has no order`
    if (!known || known.kind === 'json')
      throw new Defect('InvalidDefinition', { name: `an order of ${entity.name}`, reason })
    order.push({ column, descending: direction === 'desc' })
  }
  if (order.some(({ column }) => column === entity.table.key)) return order
  return [...order, { column: entity.table.key, descending: order.at(-1)?.descending ?? false }]
}
