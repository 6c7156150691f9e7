import { z } from 'zod'
import { defineAggregate } from './aggregate.ts'

/** How many records there are; `count(condition)`: for how many it is true. */
export const count = defineAggregate({
  name: 'count',
  state: z.int(),
  initial: () => 0,
  add: (state: number) => state + 1,
  retract: (state) => state - 1,
  merge: (state, other) => state + other,
  result: (state) => state,
})

/** For how many records a condition is true; false and unknown do not count. */
export const countTrue = defineAggregate({
  name: 'count',
  state: z.int(),
  initial: () => 0,
  add: (state: number, value: unknown) => (value === true ? state + 1 : state),
  retract: (state, value) => (value === true ? state - 1 : state),
  merge: (state, other) => state + other,
  result: (state) => state,
})
