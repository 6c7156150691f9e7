import type { Condition, PageQuery, Table } from '@heddle/data'
import { memberOf } from './record-format.ts'

/** Between which members of the sorted set a page lies, in the words of ZRANGE BYLEX. */
export interface LexRange {
  readonly from: Buffer
  readonly to: Buffer
  readonly backwards: boolean
  /** Whether the set is in the order of the page. */
  readonly isOrder: boolean
}

/** The narrowest range of keys that holds all records of a page. */
export function rangeOf({ key }: Table, { where, order, after }: PageQuery): LexRange {
  const [first] = order
  const isOrder = first!.column === key
  const backwards = isOrder && first!.descending
  const from: Buffer[] = []
  const to: Buffer[] = []
  narrow(key, where, from, to)
  if (isOrder && after !== undefined)
    (backwards ? to : from).push(Buffer.from(`(${memberOf(after[0] as string | number)}`))
  return { from: extreme(from, 1) ?? Buffer.from('-'), to: extreme(to, -1) ?? Buffer.from('+'), backwards, isOrder }
}

/** What must hold of the key in any case. */
function narrow(key: string, where: Condition | undefined, from: Buffer[], to: Buffer[]): void {
  if (where?.kind === 'and') for (const part of where.conditions) narrow(key, part, from, to)
  if (where?.kind !== 'compare' || where.column !== key) return
  const { by, value } = where
  const member = memberOf(value as string | number)
  if (by === 'eq' || by === 'gte' || by === 'prefix') from.push(Buffer.from(`[${member}`))
  if (by === 'gt') from.push(Buffer.from(`(${member}`))
  if (by === 'eq' || by === 'lte') to.push(Buffer.from(`[${member}`))
  if (by === 'lt') to.push(Buffer.from(`(${member}`))
  // No text in UTF-8 holds a byte FF, so every text that begins so comes before it.
  if (by === 'prefix') to.push(Buffer.concat([Buffer.from(`[${member}`), Buffer.of(0xff)]))
}

/** The highest of lower bounds (sign 1), or the lowest of upper ones. Which of two at one place does not matter: rows are looked at again. */
function extreme(bounds: readonly Buffer[], sign: 1 | -1): Buffer | undefined {
  const [first, ...others] = bounds
  if (first === undefined) return undefined
  const isFurther = (one: Buffer, other: Buffer) => Buffer.compare(one.subarray(1), other.subarray(1)) * sign > 0
  return others.reduce((best, bound) => (isFurther(bound, best) ? bound : best), first)
}
