import type { Maybe } from '@heddle/core'
import { type ParallelConfig, strategyOf } from '../kinds/parallel-config.ts'
import { dropped, type Building } from './executor.ts'
import type { Frame } from './frame.ts'
import { weightedAverage } from './weighted-average.ts'

/**
 * Makes one value of those of the branches, which are in the order of the plan; `order` holds the indexes of those that
 * ended, the first one first.
 */
export type Merge = (frame: Frame, values: readonly unknown[], order?: readonly number[]) => Maybe<unknown>

/** Makes the way ready in which the values of branches become one. */
export function mergeOf(config: ParallelConfig, building: Building): Merge {
  const { branches } = config
  const strategy = strategyOf(config)
  const ended = (values: readonly unknown[], order: readonly number[] = values.map((_, index) => index)) => {
    const kept = new Set(order)
    return values.flatMap((value, index) =>
      kept.has(index) ? [{ index, value: value === dropped ? null : value }] : [],
    )
  }
  if (strategy === 'list') return (_frame, values, order) => ended(values, order).map(({ value }) => value)
  if (strategy === 'first') {
    return (_frame, values, order) => {
      const value = values[order?.[0] ?? 0]
      return value === dropped ? null : value
    }
  }
  if (strategy === 'weightedAverage') {
    return (_frame, values, order) =>
      weightedAverage(ended(values, order).map(({ index, value }) => ({ value, weight: branches[index]!.weight })))
  }
  const asRecord: Merge = (_frame, values, order) => {
    const record: Record<string, unknown> = {}
    for (const { id } of branches) record[id] = null
    for (const { index, value } of ended(values, order)) record[branches[index]!.id] = value
    return record
  }
  if (strategy === 'object') return asRecord
  const command = building.helper(strategy.command)
  const { id } = building.step
  return (frame, values, order) => frame.world.call(id, command, asRecord(frame, values, order))
}
