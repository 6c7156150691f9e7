import type { Json } from '@heddle/core'
import { z } from 'zod'
import type { Flow } from '../operator/operator.ts'
import { type Aggregate, defineAggregate, type Moment } from './aggregate.ts'
import { compareValues } from './compare-values.ts'
import { given, keep } from './kept-value.ts'
import { compareDated, date, dated, type Dated, insert, rankOfSame, takeOut } from './timeline.ts'

/** A value with what it is ordered by. */
type Ranked = [order: Json, at: Dated]

/** The greatest first; of the same order, the earliest. */
const compareRanked = (left: Ranked, right: Ranked): number =>
  compareOrders(left[0], right[0]) || compareDated(left[1], right[1])

const compareOrders = (left: Json, right: Json): number => compareValues(given(right), given(left))

/**
 * The values with the greatest order, the greatest first; of the same order, the earliest first. It is given pairs of a
 * value and its order, and leaves out those of which one is null. Where values may be taken back it keeps all of them.
 */
export function topBy(
  n: number,
  reads: Flow = 'append',
): Aggregate<readonly [value: unknown, order: unknown], Ranked[], readonly unknown[]> {
  const most = reads === 'changes' ? Infinity : n
  const shortened = (state: Ranked[]): Ranked[] => {
    if (state.length > most) state.length = most
    return state
  }
  return defineAggregate({
    name: 'topBy',
    state: z.array(z.tuple([z.json(), dated])) as z.ZodType<Ranked[]>,
    initial: () => [],
    add(state, [value, order]: readonly [unknown, unknown], at) {
      if (isNull(value) || isNull(order)) return state
      const kept = keep(order)
      // What is less than all of a full list need not be named.
      if (state.length >= most && compareOrders(state.at(-1)![0], kept) < 0) return state
      insert(state, [kept, date(value, at)], compareRanked)
      return shortened(state)
    },
    ...(reads === 'changes' && {
      retract(state: Ranked[], [value, order]: readonly [unknown, unknown], at: Moment) {
        if (isNull(value) || isNull(order)) return state
        const kept = keep(order)
        takeOut(
          state,
          ([other]) => compareOrders(other, kept) < 0,
          ([other, one]) => (compareOrders(other, kept) === 0 ? rankOfSame(one, value, at) : undefined),
        )
        return state
      },
    }),
    merge: (state, other) => shortened([...state, ...other].sort(compareRanked)),
    result: (state) => state.slice(0, n).map(([, [, , kept]]) => given(kept)),
  })
}

const isNull = (value: unknown): boolean => value === null || value === undefined
