import type { Json } from '@heddle/core'
import { z } from 'zod'
import { type Aggregate, defineAggregate } from './aggregate.ts'
import { compareValues } from './compare-values.ts'
import { given, keep } from './kept-value.ts'
import { change, type Multiset, multiset } from './multiset.ts'

/** The one value of many that an order puts before all others. */
function extreme(name: string, sign: 1 | -1): Aggregate<unknown, Json, unknown> {
  // What is kept as a number is finite, and NaN is greater: it is not at most what is kept.
  const isBetter = (value: unknown, state: Json): boolean =>
    typeof value === 'number' && typeof state === 'number'
      ? sign === 1
        ? !(value <= state)
        : value < state
      : state === null || sign * compareValues(value, given(state)) > 0
  const add = (state: Json, value: unknown): Json => (isBetter(value, state) ? keep(value) : state)
  return defineAggregate({
    name,
    state: z.json(),
    initial: () => null,
    add,
    merge: (state, other) => (other === null ? state : add(state, given(other))),
    result: given,
  })
}

/** The same where values are taken back: it keeps all of them. */
const extremeOfChanges = (name: string, at: 0 | -1): Aggregate<unknown, Multiset, unknown> =>
  defineAggregate({
    name,
    state: multiset,
    initial: () => [],
    add(state, value) {
      change(state, value, 1)
      return state
    },
    retract(state, value) {
      change(state, value, -1)
      return state
    },
    merge(state, other) {
      for (const [value, times] of other) change(state, given(value), times)
      return state
    },
    result: (state) => given(state.at(at)?.[0] ?? null),
  })

/** The least value: of numbers, texts, times. Null where there was none. */
export const min = extreme('min', -1)

/** The greatest value: of numbers, texts, times; NaN is greater than every number. Null where there was none. */
export const max = extreme('max', 1)

/** The least value where values are taken back: it keeps each different one. */
export const minOfChanges = extremeOfChanges('min', 0)

/** The greatest value where values are taken back: it keeps each different one. */
export const maxOfChanges = extremeOfChanges('max', -1)
