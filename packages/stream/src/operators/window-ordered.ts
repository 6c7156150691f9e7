import type { Json } from '@heddle/core'
import { z } from 'zod'
import { compareIds } from '../aggregates/compare-ids.ts'
import type { Moment } from '../aggregates/aggregate.ts'
import { given, keep } from '../aggregates/kept-value.ts'
import { operator, type Operator } from '../operator/operator.ts'
import { map, value } from '../state/cells.ts'
import { keyText } from '../state/key-text.ts'
import { Fold, type Folded } from './fold.ts'
import { tooLate } from './pane.ts'
import { shapeOf, usualValue, type WindowOptions } from './window-options.ts'

/** A record that is needed: when it happened, what names it, and what each aggregate is given of it. */
type Kept = [time: number, id: string, values: Json[]]

/** The records of a key that a result would be made of, as a queue in a map. */
interface Run {
  folded: Folded
  /** The number of the oldest record in it, and of the next one. */
  head: number
  tail: number
}

/** Which records a result is over. */
export type OrderedSpan =
  /** A result for each record, over the records not older than this before it. */
  | { readonly sizeMs: number }
  /** A result over so many records, the next one after so many more. */
  | { readonly size: number; readonly every: number }

/**
 * Windows over records in the order of their times (of equal times, by their ids), so that nothing depends on the order
 * in which they come: a record waits until the watermark has reached its time. One that comes later is late. What leaves
 * a window is taken back from the aggregates, where each can do that; otherwise they are made anew of what is left.
 */
export function orderedWindow(options: WindowOptions, span: OrderedSpan): Operator {
  const { aggregates, give = usualValue(aggregates), key } = options
  const fold = new Fold(aggregates)
  const canRetract = aggregates.every(({ aggregate }) => aggregate.retract !== undefined)
  const kept: z.ZodType<Kept> = z.tuple([z.number(), z.string(), z.array(z.json())])
  const cells = {
    waiting: map(z.array(kept)),
    records: map(kept),
    run: value(z.object({ folded: fold.schema, head: z.int(), tail: z.int() })),
  }

  const values = ([, , all]: Kept): unknown[] => all.map(given)
  const moment = ([time, id]: Kept): Moment => ({ time, id })

  return operator({
    kind: 'window',
    ...(key && { key }),
    shape: shapeOf(options, 'sizeMs' in span ? { sliding: span.sizeMs } : { count: span.size, every: span.every }),
    sides: ['late'],
    state: cells,
    emits: 'append',

    onRecord(record, { waiting }, out) {
      const { time, id } = record
      if (time <= out.watermark) return tooLate(record, out)
      const one: Kept = [time, id, fold.valuesOf(record).map(keep)]
      const others = waiting.get(time)
      if (others === undefined) {
        waiting.set(time, [one])
        out.timer(time)
      } else {
        others.push(one)
        waiting.touch(time)
      }
    },

    onTimer({ time }, { waiting, records, run: cell }, out) {
      const arrived = waiting.get(time)?.toSorted((left, right) => compareIds(left[1], right[1])) ?? []
      const run: Run = cell.get() ?? { folded: fold.begin(), head: 0, tail: 0 }

      const enter = (one: Kept) => {
        records.set(run.tail++, one)
        fold.addValues(run.folded, values(one), moment(one))
      }
      const leave = (isOver: (oldest: Kept) => boolean) => {
        const before = run.head
        while (run.head < run.tail) {
          const oldest = records.get(run.head)!
          if (!isOver(oldest)) break
          if (canRetract) fold.retractValues(run.folded, values(oldest), moment(oldest))
          records.delete(run.head++)
        }
        if (canRetract || run.head === before) return
        run.folded = fold.begin()
        for (let index = run.head; index < run.tail; index++) {
          const one = records.get(index)!
          fold.addValues(run.folded, values(one), moment(one))
        }
      }
      const tell = (id: string, start?: number) => {
        const of = out.key ?? null
        const bounds = { start, end: start === undefined ? undefined : time }
        out.emit(give(of, bounds, fold.results(run.folded)), time, 1, `${keyText(of)}/${id}`)
      }

      waiting.delete(time)
      if ('sizeMs' in span) {
        const { sizeMs } = span
        arrived.forEach(enter)
        leave(([at]) => at <= time - sizeMs)
        for (const [, id] of arrived) tell(id, time - sizeMs)
        // What arrived leaves then. A timer that only lets go sets no other: there would be ever more of them.
        if (arrived.length > 0) out.timer(time + sizeMs)
        if (run.head === run.tail) cell.clear()
        else cell.set(run)
        return
      }
      for (const one of arrived) {
        if (span.every >= span.size) {
          // Each record is in one window at most, so that none has to be kept.
          const place = run.tail++ % span.every
          if (place < span.size) fold.addValues(run.folded, values(one), moment(one))
          if (place !== span.size - 1) continue
          tell(String(run.tail - span.size))
          run.folded = fold.begin()
          continue
        }
        enter(one)
        const { tail } = run
        leave(() => tail - run.head > span.size)
        if (tail >= span.size && (tail - span.size) % span.every === 0) tell(String(tail - span.size))
      }
      cell.set(run)
    },
  })
}
