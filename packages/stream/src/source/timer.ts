import { z } from 'zod'
import { defineSource, type PartitionReader } from './source.ts'
import { durationText, readDuration } from './settings.ts'
import { Waiting } from './waiting.ts'

const config = z.strictObject({
  every: durationText,
  from: z
    .number()
    .optional()
    .describe('The first tick, in milliseconds since 1970. @default the next multiple of `every`'),
  ticks: z.int().positive().optional().describe('It ends after so many'),
})

/** What a timer source is told. */
export type TimerConfig = z.output<typeof config>

/**
 * The kind of source `timer`: a record `{ tick, at }` at each planned time. The planned times are fixed, so that after a
 * pause those that passed meanwhile are made up for, and the same ones come again from a position. With `from` every tick since
 * then is given.
 */
export const timerKind = defineSource<TimerConfig>({
  name: 'timer',
  summary: 'A record at each planned time',
  config,
  short: 'every',
  examples: [{ every: '10s' }, { every: '1h', ticks: 24 }],
  create: ({ every, from, ticks }) => {
    const everyMs = Math.max(1, readDuration(every)!)
    return {
      kind: 'timer',
      bounded: ticks !== undefined,
      everyMs,
      guarantees: { replays: true, ordered: true },
      type: { kind: 'record', fields: { tick: { type: { kind: 'int' } }, at: { type: { kind: 'int' } } } },
      describe: () => ({ every, ...(from !== undefined && { from }), ...(ticks !== undefined && { ticks }) }),
      open: ({ ports: { clock, timers }, signal }) => ({
        partitions: () => ['0'],
        openPartition(_partition, position): PartitionReader {
          const waiting = new Waiting(signal)
          const told = position as { readonly next: number; readonly given: number } | undefined
          let next = told?.next ?? (from === undefined ? Math.ceil(clock.now() / everyMs) : 0)
          let given = told?.given ?? 0
          const plannedAt = (tick: number) => (from ?? 0) + tick * everyMs
          return {
            async read(max) {
              if (ticks !== undefined && given >= ticks) return undefined
              while (plannedAt(next) > clock.now() && !waiting.isOver) {
                const cancel = timers.after(plannedAt(next) - clock.now(), waiting.wake)
                await waiting.wait()
                cancel()
              }
              if (waiting.isOver) return undefined
              const due = Math.floor((clock.now() - (from ?? 0)) / everyMs) - next + 1
              const count = Math.min(max, due, ticks === undefined ? due : ticks - given)
              const values = Array.from({ length: count }, (_, index) => ({
                tick: next + index,
                at: plannedAt(next + index),
              }))
              next += count
              given += count
              const times = values.map(({ at }) => at)
              return { values, times, position: { next, given }, watermark: times.at(-1) }
            },
            lag: () => ({ ms: Math.max(0, clock.now() - plannedAt(next)) }),
            close: () => waiting.end(),
          }
        },
        close() {},
      }),
    }
  },
})
