import type { Json } from '@heddle/core'
import { z } from 'zod'
import type { Moment } from './aggregate.ts'
import { compareIds } from './compare-ids.ts'
import { isSame } from './compare-values.ts'
import { given, keep } from './kept-value.ts'

/** A value with when it happened; of the same time, the id of its record decides which is earlier. */
export type Dated = [time: number, id: string, value: Json]

/** The type of a dated value in a cell. */
export const dated: z.ZodType<Dated> = z.tuple([z.number(), z.string(), z.json()])

/** The value with what names it, to be kept. */
export const date = (value: unknown, { time, id }: Moment): Dated => [time, id, keep(value)]

/** Below 0 where a value is earlier than another one. */
export const compareDated = (left: Dated, right: Dated): number => left[0] - right[0] || compareIds(left[1], right[1])

/** Puts an item into a sorted list, at its end where it is equal to others. Usually it belongs to the end. */
export function insert<Item>(sorted: Item[], item: Item, compare: (left: Item, right: Item) => number): void {
  let index = sorted.length
  if (index > 0 && compare(sorted[index - 1]!, item) > 0) {
    let low = 0
    while (low < index) {
      const middle = (low + index) >> 1
      if (compare(sorted[middle]!, item) <= 0) low = middle + 1
      else index = middle
    }
  }
  sorted.splice(index, 0, item)
}

/**
 * Takes one out of a sorted list: the best of those that stand together.
 *
 * @param isBefore whether an item stands before those that are looked at
 * @param rankOf how good an item is, 0 where it is none; undefined for the first behind those that are looked at
 */
export function takeOut<Item>(
  sorted: Item[],
  isBefore: (item: Item) => boolean,
  rankOf: (item: Item) => number | undefined,
): boolean {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(sorted[middle]!)) low = middle + 1
    else high = middle
  }
  let [best, bestRank] = [-1, 0]
  for (let index = low; index < sorted.length; index++) {
    const rank = rankOf(sorted[index]!)
    if (rank === undefined) break
    if (rank > bestRank) [best, bestRank] = [index, rank]
  }
  if (best !== -1) sorted.splice(best, 1)
  return best !== -1
}

/** How well a dated value is the one to take back: what is withdrawn need not have the id of what was told. */
export const rankOfSame = ([time, id, kept]: Dated, value: unknown, at: Moment): number =>
  isSame(given(kept), value) ? 1 + Number(time === at.time) + Number(time === at.time && id === at.id) : 0

/** Takes a value out of a timeline: at its time if it is there, else wherever it is. */
export function takeOutDated(timeline: Dated[], value: unknown, at: Moment): void {
  const isFound = takeOut(
    timeline,
    ([time]) => time < at.time,
    (one) => (one[0] === at.time ? rankOfSame(one, value, at) : undefined),
  )
  if (isFound) return
  takeOut(
    timeline,
    () => false,
    (one) => rankOfSame(one, value, at),
  )
}
