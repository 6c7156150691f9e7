import { z } from 'zod'
import type { Flow } from '../operator/operator.ts'
import { type Aggregate, defineAggregate } from './aggregate.ts'
import { given } from './kept-value.ts'
import { compareDated, date, dated, type Dated, insert, takeOutDated } from './timeline.ts'

/**
 * The values in the order of their event times, of the same time by the ids of their records: the first so many. Where
 * values may be taken back it keeps all of them.
 */
export function collect(limit: number, reads: Flow = 'append'): Aggregate<unknown, Dated[], readonly unknown[]> {
  const most = reads === 'changes' ? Infinity : limit
  const shortened = (state: Dated[]): Dated[] => {
    if (state.length > most) state.length = most
    return state
  }
  return defineAggregate({
    name: 'collect',
    state: z.array(dated),
    initial: () => [],
    add(state, value, at) {
      // What is later than all of a full list need not be named.
      if (state.length >= most && at.time > state.at(-1)![0]) return state
      insert(state, date(value, at), compareDated)
      return shortened(state)
    },
    ...(reads === 'changes' && {
      retract(state: Dated[], value: unknown, at) {
        takeOutDated(state, value, at)
        return state
      },
    }),
    merge: (state, other) => shortened([...state, ...other].sort(compareDated)),
    result: (state) => state.slice(0, limit).map(([, , kept]) => given(kept)),
  })
}
