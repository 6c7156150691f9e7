import { z } from 'zod'
import { operator, type Operator } from '../operator/operator.ts'
import { value } from '../state/cells.ts'
import type { KeyFunction } from './functions.ts'
import { parseDuration } from '@heddle/core'
import type { By } from '@heddle/pipeline'
import type { JobExecutor } from './executor.ts'

/** How duplicates are found. */
export interface DedupeOptions {
  /** What makes two records the same. */
  readonly by: KeyFunction
  /** For how long, in event time, a record that was passed is remembered. */
  readonly memoryMs: number
}

/**
 * Passes the first record of each key and drops the others for as long as it is remembered: those whose event time is
 * less than the memory before or after that of the one that was passed. The first is the one that was read first.
 *
 * @example In a plan: `dedupe: { by: it.id, memory: 1m }`
 * @example dedupeOperator({ by: (order) => order.id, memoryMs: 60_000 })
 */
export const dedupeOperator = ({ by, memoryMs }: DedupeOptions): Operator =>
  operator({
    kind: 'dedupe',
    key: by,
    keepsKey: true,
    // Those that were passed and are remembered: more than one only while records come out of order.
    state: { passed: value(z.array(z.number())) },

    onRecord({ value: given, time }, { passed }, out) {
      const times = passed.get()
      // Event times decide, not whether the timer has fired: when it fires depends on how records are batched.
      if (times?.some((other) => Math.abs(time - other) < memoryMs)) return
      out.emit(given, time)
      // A record that comes when its memory is over already need not be remembered.
      if (time + memoryMs - 1 <= out.watermark) return
      if (times === undefined) passed.set([time])
      else {
        times.push(time)
        passed.touch()
      }
      // Up to the watermark everything is there: what is still to come is after it.
      out.timer(time + memoryMs - 1)
    },

    onTimer({ time }, { passed }) {
      const left = passed.get()?.filter((other) => other + memoryMs - 1 > time) ?? []
      if (left.length === 0) passed.clear()
      else passed.set(left)
    },
  })

/** `dedupe: { by, memory }` */
export const dedupeExecutor: JobExecutor<{ readonly by: By; readonly memory: string }> = ({ by, memory }, { key }) =>
  dedupeOperator({ by: key(by), memoryMs: parseDuration(memory) })
