import { z } from 'zod'
import { operator, type Operator } from '../operator/operator.ts'
import { map } from '../state/cells.ts'
import type { KeyFunction } from './functions.ts'
import { parseDuration } from '@heddle/core'
import type { By } from '@heddle/pipeline'
import type { JobExecutor } from './executor.ts'

/** How many records pass. */
export interface ThrottleOptions {
  /** So many in each span. */
  readonly limit: number
  /** The length of a span of event time. Spans begin at multiples of it, counted from 1970. */
  readonly perMs: number
  /** A limit for each key. Without it, the key that a step before has given. */
  readonly by?: KeyFunction
}

/**
 * Passes the first records of each span of event time, up to a limit; the others go to the side output `over`. The
 * first are those that were read first. A record whose span is over goes to the side output `late`.
 *
 * @example In a plan: `throttle: { limit: 100, per: 1s, by: it.user }`
 * @example throttleOperator({ limit: 100, perMs: 1000, by: (click) => click.user })
 */
export const throttleOperator = ({ limit, perMs, by }: ThrottleOptions): Operator =>
  operator({
    kind: 'throttle',
    key: by,
    keepsKey: true,
    shape: { perMs },
    sides: ['over', 'late'],
    state: { passed: map(z.int()) }, // Start of the span → how many of it have passed.

    onRecord({ value, time }, { passed }, out) {
      const start = Math.floor(time / perMs) * perMs
      const end = start + perMs - 1
      if (end <= out.watermark) {
        out.late()
        return out.side('late', value, time)
      }
      const count = passed.get(start) ?? 0
      if (count >= limit) return out.side('over', value, time)
      if (count === 0) out.timer(end)
      passed.set(start, count + 1)
      out.emit(value, time)
    },

    onTimer: ({ time }, { passed }) => passed.delete(time + 1 - perMs),
  })

/** The settings of `throttle`. */
export interface ThrottleConfig {
  readonly limit: number
  readonly per: string
  readonly by?: By
}

/** `throttle: { limit, per, by }` */
export const throttleExecutor: JobExecutor<ThrottleConfig> = ({ limit, per, by }, { key }) =>
  throttleOperator({ limit, perMs: parseDuration(per), ...(by !== undefined && { by: key(by) }) })
