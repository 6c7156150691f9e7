import { aggregateOperator } from './aggregate.ts'
import { aggregatesOf } from './aggregates-of.ts'
import type { JobExecutor } from './executor.ts'
import { groupOf } from './window-executor.ts'

/** Makes a running `aggregate` of a plan ready. */
export const aggregateExecutor: JobExecutor<Readonly<Record<string, string>>> = (config, building) => {
  const { aggregates, fields } = aggregatesOf(config, building, building.reads)
  const group = groupOf(building.keyBefore)
  return aggregateOperator({
    aggregates,
    reads: building.reads,
    give: (key, values) => fields(key, values, group(key)),
  })
}
