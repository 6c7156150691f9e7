import type { Flow } from '../operator/operator.ts'
import type { AnyAggregate } from './aggregate.ts'
import { approxDistinct } from './approx-distinct.ts'
import { collect } from './collect.ts'
import { count, countTrue } from './count.ts'
import { distinct } from './distinct.ts'
import { max, maxOfChanges, min, minOfChanges } from './extremes.ts'
import { first, firstOfChanges, last, lastOfChanges } from './first-last.ts'
import { percentile } from './percentile.ts'
import { avg, sum } from './sum.ts'
import { topBy } from './top-by.ts'
import { top } from './top.ts'

/** A call of an aggregate in a plan. */
export interface AggregateUse {
  /** How many expressions it is given. */
  readonly args: number
  /** The numbers that are written down. */
  readonly literals: readonly number[]
  /** Whether values are taken back from it. */
  readonly reads: Flow
}

const either =
  (append: AnyAggregate, changes: AnyAggregate) =>
  ({ reads }: AggregateUse): AnyAggregate =>
    reads === 'append' ? append : changes

/** How each aggregate that plans can name is computed. */
export const aggregateExecutors: Readonly<Record<string, (use: AggregateUse) => AnyAggregate>> = {
  count: ({ args }) => (args === 0 ? count : countTrue),
  sum: () => sum,
  avg: () => avg,
  min: either(min, minOfChanges),
  max: either(max, maxOfChanges),
  first: either(first, firstOfChanges),
  last: either(last, lastOfChanges),
  distinct: () => distinct,
  approxDistinct: () => approxDistinct,
  percentile: ({ literals: [fraction] }) => percentile(fraction!),
  top: ({ literals: [n], reads }) => top(n!, reads),
  topBy: ({ literals: [n], reads }) => topBy(n!, reads),
  collect: ({ literals: [limit], reads }) => collect(limit!, reads),
}
