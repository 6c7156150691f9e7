import { Defect, systemFailure } from '@heddle/core'
import type { Column, ColumnKind, Value } from '../database/table.ts'
import type { AnyEntity } from '../entity/entity.ts'
import type { Comparator, Condition } from '../filter/condition.ts'

type Plain = string | number | boolean | bigint | Date

/** How one field is compared. Several comparisons must all hold. */
export interface Comparison<V> {
  readonly eq?: V | null
  readonly in?: readonly V[]
  readonly lt?: V
  readonly lte?: V
  readonly gt?: V
  readonly gte?: V
  /** For text. */
  readonly prefix?: V & string
}

/**
 * A filter: field → value or comparison. All fields must match. `null` finds records that lack the field; a comparison
 * that is `undefined` is left out, so that optional inputs can be passed on.
 */
export type Where<Rec> = {
  readonly [N in keyof Rec as NonNullable<Rec[N]> extends Plain ? N : never]?:
    | NonNullable<Rec[N]>
    | null
    | Comparison<NonNullable<Rec[N]>>
} & { readonly and?: readonly Where<Rec>[]; readonly or?: readonly Where<Rec>[]; readonly not?: Where<Rec> }

const comparators: ReadonlySet<string> = new Set<Comparator>(['eq', 'lt', 'lte', 'gt', 'gte', 'prefix'])

/** How many comparisons, `and`, `or` and `not` a filter holds at most (limit `find.conditions`): engines limit their depth. */
export const conditionLimit = 500

/**
 * Turns a filter into a condition on stored values.
 *
 * @throws {Defect} InvalidDefinition for an unknown field, comparison or a value of another type
 * @throws {Failure} LimitReached
 */
export function conditionOf(entity: AnyEntity, where: object, counted = { conditions: 0 }): Condition | undefined {
  const conditions: Condition[] = []
  const take = () => {
    if (++counted.conditions <= conditionLimit) return
    throw systemFailure('LimitReached', { name: 'find.conditions', limit: conditionLimit })
  }
  take()
  for (const [name, wanted] of Object.entries(where) as [string, unknown][]) {
    if (wanted === undefined) continue
    take()
    if (name === 'and' || name === 'or') conditions.push(group(entity, name, wanted as object[], counted))
    else if (name === 'not')
      conditions.push({ kind: 'not', condition: conditionOf(entity, wanted as object, counted) ?? always })
    else conditions.push(...field(entity, name, wanted))
  }
  return conditions.length > 1 ? { kind: 'and', conditions } : conditions[0]
}

const always: Condition = { kind: 'and', conditions: [] }

const group = (
  entity: AnyEntity,
  kind: 'and' | 'or',
  parts: readonly object[],
  counted: { conditions: number },
): Condition => ({ kind, conditions: parts.map((part) => conditionOf(entity, part, counted) ?? always) })

function field(entity: AnyEntity, name: string, wanted: unknown): Condition[] {
  const column = entity.table.columns.find((candidate) => candidate.name === name)
  if (!column) throw invalid(entity, `there is no field "${name}"`)
  if (column.kind === 'json') throw invalid(entity, `the field "${name}" is kept as JSON and cannot be filtered by`)
  if (wanted === null || typeof wanted !== 'object' || wanted instanceof Date)
    return [compare(entity, column, 'eq', wanted)]

  const conditions: Condition[] = []
  for (const [by, value] of Object.entries(wanted) as [string, unknown][]) {
    if (value === undefined) continue
    if (by === 'in') {
      conditions.push({
        kind: 'in',
        column: name,
        values: (value as unknown[]).map((item) => stored(entity, column, item)),
      })
    } else if (comparators.has(by)) conditions.push(compare(entity, column, by as Comparator, value))
    else throw invalid(entity, `"${by}" is no comparison`)
  }
  return conditions
}

function compare(entity: AnyEntity, column: Column, by: Comparator, value: unknown): Condition {
  if (value === null && by === 'eq') return { kind: 'missing', column: column.name }
  if (by === 'prefix' && column.kind !== 'text') throw invalid(entity, `prefix is for text, "${column.name}" is none`)
  return { kind: 'compare', column: column.name, by, value: stored(entity, column, value) }
}

/** What a value of each kind looks like in a filter. */
const fits: Record<ColumnKind, (value: unknown) => boolean> = {
  text: (value) => typeof value === 'string',
  integer: Number.isFinite,
  real: Number.isFinite,
  boolean: (value) => typeof value === 'boolean',
  time: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
  bigint: (value) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
  json: () => false,
}

function stored(entity: AnyEntity, { name, kind }: Column, value: unknown): NonNullable<Value> {
  if (fits[kind](value)) return entity.codec.encodeField(name, value)!
  throw invalid(entity, `"${name}" was compared with ${value === null ? 'null' : `a ${typeof value}`}`)
}

const invalid = (entity: AnyEntity, reason: string) =>
  new Defect('InvalidDefinition', { name: `a filter on ${entity.name}`, reason })
