import { parseDuration } from '@heddle/core'
import type { By, Shape } from '@heddle/pipeline'
import type { JobExecutor } from './executor.ts'
import { intervalJoinOperator } from './interval-join.ts'
import { timeOf } from './job-expressions.ts'
import type { JoinKind, JoinOptions } from './join-options.ts'
import { temporalJoinOperator } from './temporal-join.ts'
import { windowJoinOperator } from './window-join.ts'

/** The settings of `join`. */
export interface JoinConfig {
  readonly by: By
  readonly withBy?: By
  readonly kind: JoinKind
  readonly window?: { readonly tumbling: string; readonly offset?: string }
  readonly within?: { readonly before: string; readonly after: string }
  readonly temporal?: true
  readonly give?: Shape
}

/** `join: { with, by, withBy, kind, give }` with one of `window`, `within` and `temporal` */
export const joinExecutor: JobExecutor<JoinConfig> = (config, { key, scoped }) => {
  const { by, withBy = by, kind, give, window, within } = config
  const made = give === undefined ? undefined : scoped(give)
  const options: JoinOptions = {
    by: key(by),
    withBy: key(withBy),
    kind,
    ...(made && { give: (left, right, time, ofKey) => made({ left, right, time: timeOf(time), key: ofKey ?? null }) }),
  }
  if (window !== undefined) {
    const offsetMs = window.offset === undefined ? 0 : parseDuration(window.offset)
    return windowJoinOperator({ ...options, sizeMs: parseDuration(window.tumbling), offsetMs })
  }
  if (within !== undefined) {
    const { before, after } = within
    return intervalJoinOperator({ ...options, beforeMs: parseDuration(before), afterMs: parseDuration(after) })
  }
  return temporalJoinOperator({ ...options, kind: kind === 'inner' ? 'inner' : 'left' })
}
