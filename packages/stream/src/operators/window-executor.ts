import { parseDuration } from '@heddle/core'
import { groupNames, hasRevisions, type WindowConfig, windowSort } from '@heddle/pipeline'
import type { Key } from '../record/record.ts'
import { aggregatesOf } from './aggregates-of.ts'
import type { JobBuilding, JobExecutor } from './executor.ts'
import { windowOperator } from './window.ts'
import type { Assign } from './window-options.ts'

/** The settings of the step, with the field beside them. */
type Config = WindowConfig & { readonly aggregate: Readonly<Record<string, string>> }

/** Makes a `window` of a plan ready. */
export const windowExecutor: JobExecutor<Config> = (config, building) => {
  const { by, aggregate, lateness, trigger } = config
  const sort = windowSort(config)
  // What leaves a window that slides is taken back from its aggregates.
  const slides = sort === 'sliding' || (sort === 'count' && config.every !== undefined && config.every < config.count!)
  const { aggregates, fields } = aggregatesOf(aggregate, building, slides ? 'changes' : building.reads)
  const group = groupOf(
    by === undefined ? building.keyBefore : { names: groupNames(by), isList: typeof by !== 'string' },
  )
  const everyMs = trigger?.every === undefined ? undefined : parseDuration(trigger.every)
  return windowOperator({
    assign: assignOf(config),
    latenessMs: lateness === undefined ? 0 : parseDuration(lateness),
    ...(trigger && {
      trigger: {
        ...(everyMs !== undefined && { everyMs }),
        ...(trigger.count !== undefined && { count: trigger.count }),
      },
    }),
    revisions: hasRevisions(config),
    ...(by !== undefined && { key: building.key(by), by }),
    aggregates,
    reads: building.reads,
    give(key, { start, end }, values) {
      const made = group(key)
      if (start !== undefined) made.start = new Date(start)
      if (end !== undefined) made.end = new Date(end)
      return fields(key, values, made)
    },
  })
}

function assignOf(config: WindowConfig): Assign {
  const { tumbling, hopping, sliding, session, count, every, offset } = config
  const offsetMs = offset === undefined ? 0 : parseDuration(offset)
  if (tumbling !== undefined) return { tumbling: { sizeMs: parseDuration(tumbling), offsetMs } }
  if (hopping !== undefined) {
    return { hopping: { sizeMs: parseDuration(hopping.size), everyMs: parseDuration(hopping.every), offsetMs } }
  }
  if (sliding !== undefined) return { sliding: { sizeMs: parseDuration(sliding) } }
  if (session !== undefined) return { session: { gapMs: parseDuration(session) } }
  if (count !== undefined) return { count: { size: count, ...(every !== undefined && { every }) } }
  return { global: true }
}

/** Begins a result with the fields that name its group: the parts of the key. */
export function groupOf(key: JobBuilding['keyBefore']): (key: Key) => Record<string, unknown> {
  if (key === undefined) return () => ({})
  const { names, isList } = key
  const [name] = names
  if (!isList) return (value) => ({ [name!]: value })
  return (value) => Object.fromEntries(names.map((one, index) => [one, (value as readonly unknown[])[index]]))
}
