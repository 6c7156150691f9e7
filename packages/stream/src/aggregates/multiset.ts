import type { Json } from '@heddle/core'
import { z } from 'zod'
import { compareValues } from './compare-values.ts'
import { given, keep } from './kept-value.ts'

/** Values in their order with how often each is there: what can be asked for its ends, and give values back. */
export type Multiset = [value: Json, times: number][]

/** The type of a multiset in a cell. */
export const multiset: z.ZodType<Multiset> = z.array(z.tuple([z.json(), z.int()]))

/** Adds a value so many times, or takes it back. */
export function change(set: Multiset, value: unknown, by: number): void {
  let [low, high] = [0, set.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const order = compareValues(given(set[middle]![0]), value)
    if (order === 0) {
      const times = set[middle]![1] + by
      if (times === 0) set.splice(middle, 1)
      else set[middle]![1] = times
      return
    }
    if (order < 0) low = middle + 1
    else high = middle
  }
  set.splice(low, 0, [keep(value), by])
}
