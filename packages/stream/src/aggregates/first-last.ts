import { z } from 'zod'
import { type Aggregate, defineAggregate } from './aggregate.ts'
import { compareIds } from './compare-ids.ts'
import { given } from './kept-value.ts'
import { compareDated, date, dated, type Dated, insert, takeOutDated } from './timeline.ts'

/** The value at one end of a timeline. */
const end = (name: string, sign: 1 | -1): Aggregate<unknown, Dated | null, unknown> =>
  defineAggregate({
    name,
    state: dated.nullable(),
    initial: () => null,
    add(state, value, at) {
      if (state !== null) {
        const order = sign * (at.time - state[0])
        // The id is asked for only where times do not decide.
        if (order > 0 || (order === 0 && sign * compareIds(at.id, state[1]) > 0)) return state
      }
      return date(value, at)
    },
    merge: (state, other) =>
      state === null || (other !== null && sign * compareDated(other, state) < 0) ? other : state,
    result: (state) => (state === null ? null : given(state[2])),
  })

/** The same where values are taken back: it keeps all of them. */
const endOfChanges = (name: string, index: 0 | -1): Aggregate<unknown, Dated[], unknown> =>
  defineAggregate({
    name,
    state: z.array(dated),
    initial: () => [],
    add(state, value, at) {
      insert(state, date(value, at), compareDated)
      return state
    },
    retract(state, value, at) {
      takeOutDated(state, value, at)
      return state
    },
    merge: (state, other) => [...state, ...other].sort(compareDated),
    result: (state) => given(state.at(index)?.[2] ?? null),
  })

/** The value of the earliest record by event time; of the same time, by their ids. Null where there was none. */
export const first = end('first', 1)

/** The value of the latest record by event time; of the same time, by their ids. Null where there was none. */
export const last = end('last', -1)

/** The value of the earliest record where values are taken back: it keeps all of them. */
export const firstOfChanges = endOfChanges('first', 0)

/** The value of the latest record where values are taken back: it keeps all of them. */
export const lastOfChanges = endOfChanges('last', -1)
