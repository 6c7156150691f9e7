import { z } from 'zod'
import { operator, type Operator } from '../operator/operator.ts'
import type { Key } from '../record/record.ts'
import { timer, value } from '../state/cells.ts'
import { insertByTime } from './by-time.ts'
import type { KeyFunction } from './functions.ts'
import { kept } from './kept.ts'
import { parseDuration } from '@heddle/core'
import type { By, Shape } from '@heddle/pipeline'
import type { JobExecutor } from './executor.ts'

/** What is told of a silence. */
export interface TimerOptions {
  /** Without it, the key that a step before has given. */
  readonly by?: KeyFunction
  /** How long, in event time, a key must be silent. */
  readonly afterMs: number
  /** What is told, from the last record before the silence; `time` is that at which it is told. */
  readonly give: (last: unknown, time: number, key: Key | undefined) => unknown
}

/**
 * Tells when a key was silent: when no record of it has an event time after that of its last one, up to and
 * with `after`. It is told once for each silence. A record that is behind the watermark goes to the side output `late`.
 *
 * @example In a plan: `timer: { by: it.sensor, after: 10m, give: { sensor: key, last: it.at } }`
 * @example timerOperator({ by: (m) => m.sensor, afterMs: 600_000, give: (last) => last })
 */
export const timerOperator = ({ by, afterMs, give }: TimerOptions): Operator =>
  operator({
    kind: 'timer',
    accepts: 'append',
    key: by,
    sides: ['late'],
    // The records after which there may be silence, in order: all of them only where something may come between them.
    state: { recent: value(z.array(kept)), due: timer() },

    onRecord({ value: given, time, id }, { recent, due }, out) {
      if (time <= out.watermark) {
        out.late()
        return out.side('late', given, time)
      }
      const records = recent.get() ?? []
      insertByTime(records, { time, id, value: given })
      while (records.length > 1 && records[1]!.time <= Math.min(out.watermark, records[0]!.time + afterMs))
        records.shift()
      recent.set(records)
      due.set(records[0]!.time + afterMs)
    },

    onTimer({ time }, { recent, due }, out) {
      // Up to the time of the timer all is there.
      const records = recent.get()!
      let last = 0
      while (last + 1 < records.length && records[last + 1]!.time <= records[last]!.time + afterMs) last += 1
      const isSilent = records[last]!.time + afterMs <= time
      if (isSilent) out.emit(give(records[last]!.value, time, out.key), time)
      const left = records.slice(isSilent ? last + 1 : last)
      if (left.length === 0) return recent.clear()
      recent.set(left)
      due.set(left[0]!.time + afterMs)
    },
  })

/** The settings of `timer`. */
export interface TimerConfig {
  readonly by?: By
  readonly after: string
  readonly give?: Shape
}

/** `timer: { by, after, give }` */
export const timerExecutor: JobExecutor<TimerConfig> = ({ by, after, give }, { key, shape }) =>
  timerOperator({
    ...(by !== undefined && { by: key(by) }),
    afterMs: parseDuration(after),
    give: give === undefined ? (last) => last : shape(give),
  })
