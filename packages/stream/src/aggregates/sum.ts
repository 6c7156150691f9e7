import { defineAggregate } from './aggregate.ts'
import { addExact, exactSum, meanOfExact, mergeExact, noSum, resultOfExact, retractExact } from './exact-sum.ts'
import type { ExactSum } from './exact-sum.ts'

/** How a sum changes, whatever is asked of it. */
const summing = {
  state: exactSum,
  initial: noSum,
  add(sum: ExactSum, value: unknown) {
    addExact(sum, value)
    return sum
  },
  retract(sum: ExactSum, value: unknown) {
    retractExact(sum, value)
    return sum
  },
  merge(sum: ExactSum, other: ExactSum) {
    mergeExact(sum, other)
    return sum
  },
}

/**
 * The sum of numbers. It is exact and rounded once at its end, so that it does not depend on their order; of int64 it is
 * null beyond 64 bits, of decimals it is a decimal. Null where nothing was added, or something that is no number.
 */
export const sum = defineAggregate({ name: 'sum', ...summing, result: resultOfExact })

/** The mean of numbers: their exact sum through how many there are. Of decimals a decimal, else a double. */
export const avg = defineAggregate({ name: 'avg', ...summing, result: meanOfExact })
