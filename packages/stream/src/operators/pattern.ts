import { z } from 'zod'
import { operator, type Operator } from '../operator/operator.ts'
import type { Key } from '../record/record.ts'
import { map, type MapCell, value as valueCell } from '../state/cells.ts'
import { byTime, type KeptRecord } from './by-time.ts'
import type { Condition } from './functions.ts'
import { addItem, kept } from './kept.ts'
import { PatternAutomaton, stretch, type Thread } from './pattern-automaton.ts'
import type { Found, PatternOptions } from './pattern-options.ts'
import { parseDuration } from '@heddle/core'
import type { By, Shape } from '@heddle/pipeline'
import type { JobExecutor } from './executor.ts'
import { timeOf } from './job-expressions.ts'

const thread = z.object({ at: z.int(), count: z.int(), from: z.int(), taken: z.array(z.number()) })

/** All that began with one record, which is named by its time and its place among those of that time. */
const run = z.object({ time: z.number(), index: z.int(), threads: z.array(thread) })
type Run = z.output<typeof run>

/**
 * Finds records of a key that come one after the other in event time (complex event processing). They wait for the
 * watermark; what is behind it goes to the side output `late`.
 *
 * - From each record that a find can begin with, one find is told at most: the one that is whole first. Of several that
 *   are whole with the same record, it is the one whose elements take more, and take it earlier. So an element without
 *   an upper bound at the end takes no more than it must.
 * - `relaxed`: other records of the key may stand between those that are found (skip-till-any-match of SASE+, for
 *   one find from each beginning); `strict`: each record directly follows the one before.
 * - A gap forbids records between the element before it and the one behind it. At the end it forbids them until the
 *   time is over, and the find is told then.
 * - `skip: past`: what began up to the last record of a find ends with it; `next`: each beginning counts. These are AFTER
 *   MATCH SKIP PAST LAST ROW and SKIP TO NEXT ROW of SQL's MATCH_RECOGNIZE (ISO/IEC 9075-2).
 *
 * A find has the time of its last record; one that ends with a gap, that at which its time was over. What is kept of a
 * record is gone when `within` has passed since. Work for a record grows with how many finds have begun within that time.
 *
 * @example In a plan: `pattern: { by: it.origin, sequence: [{ name: late, if: it.delay > 60, times: 3 }], contiguity: strict, within: 6h }`
 * @example patternOperator({ sequence: [{ name: 'a', condition: isA }, { not: isC }, { name: 'b', condition: isB }], withinMs: 1000 })
 */
export function patternOperator(options: PatternOptions): Operator {
  const { by, withinMs, skip = 'past', give = (found) => found } = options
  const automaton = new PatternAutomaton(options)

  return operator({
    kind: 'pattern',
    key: by,
    sides: ['late'],
    shape: {
      withinMs,
      elements: automaton.places.map(({ name, min, max }) => [name, min, max === Infinity ? null : max]),
    },
    // Records by their times: those that wait for the watermark, and those that a run may have taken.
    state: { records: map(z.array(kept)), runs: valueCell(z.array(run)) },

    onRecord({ value, time, id }, { records }, out) {
      if (time <= out.watermark) {
        out.late()
        return out.side('late', value, time)
      }
      addItem(records, time, { time, id, value })
      out.timer(time)
    },

    onTimer({ time }, { records, runs }, out) {
      const before: readonly Run[] = runs.get() ?? []
      let open = before

      const tell = (ended: Run, { taken }: Thread) => {
        const found = foundBy(automaton, taken, records, out.key)
        out.emit(give(found, time, out.key), time, 1, records.get(ended.time)![ended.index]!.id)
        const [lastTime, lastIndex] = [taken.at(-2)!, taken.at(-1)!]
        open = open.filter((one) =>
          skip === 'next' ? one !== ended : one.time > lastTime || (one.time === lastTime && one.index > lastIndex),
        )
      }
      /** Tells what is whole among some runs, oldest first. One find may end others. */
      const settle = (some: readonly Run[]) => {
        for (const one of some) {
          const whole = one.threads.find(automaton.isWhole)
          if (whole !== undefined && open.includes(one)) tell(one, whole)
        }
      }

      const arrived = records.get(time) ?? []
      if (arrived.length > 1) {
        arrived.sort(byTime)
        records.touch(time)
      }
      for (const [index, record] of arrived.entries()) {
        open = advance(automaton, open, record, index, (condition) => condition(record.value, time, out.key))
        if (!automaton.waits) settle(open)
      }
      if (arrived.length > 0) {
        if (open.some((one) => uses(one, time))) out.timer(time + withinMs)
        else records.delete(time)
      }

      // The oldest stand first.
      if (open.length > 0 && open[0]!.time + withinMs <= time) {
        const over = open.filter((one) => one.time + withinMs <= time)
        settle(over)
        open = open.filter((one) => !over.includes(one))
      }
      if (records.size > 0) records.delete(time - withinMs)
      if (open === before) return
      if (open.length === 0) runs.clear()
      else runs.set([...open])
    },
  })
}

/** The runs after a record: the older ones that go on, and the one that begins with it. */
function advance(
  automaton: PatternAutomaton,
  open: readonly Run[],
  { time }: KeptRecord,
  index: number,
  holds: (condition: Condition) => boolean,
): readonly Run[] {
  const begun = automaton.begin(holds, time, index)
  if (open.length === 0 && begun.length === 0) return open
  const after: Run[] = []
  for (const one of open) {
    const threads = automaton.next(one.threads, holds, time, index)
    if (threads.length > 0) after.push({ time: one.time, index: one.index, threads })
  }
  if (begun.length > 0) after.push({ time, index, threads: begun })
  return after
}

/** Whether a run has just taken a record of a time. */
const uses = ({ threads }: Run, time: number): boolean => threads.some(({ taken }) => taken.at(-2) === time)

/** The records of a thread by the names of the elements. */
function foundBy(
  { places }: PatternAutomaton,
  taken: readonly number[],
  records: Records,
  key: Key | undefined,
): Found {
  const lists = places.map((): unknown[] => [])
  for (let at = 0; at < taken.length; at += stretch) {
    const [place, time, index, lastTime, lastIndex] = taken.slice(at, at + stretch) as [
      number,
      number,
      number,
      number,
      number,
    ]
    const { condition } = places[place]!
    if (time === lastTime && index === lastIndex) lists[place]!.push(records.get(time)![index]!.value)
    else {
      for (const { value, time: of } of between(records, [time, index], [lastTime, lastIndex])) {
        if (condition(value, of, key)) lists[place]!.push(value)
      }
    }
  }
  const found = places.map(({ name, max }, at) => {
    const list = lists[at]!
    if (list.length === 0) return [name, null] as const
    return [name, max === 1 ? list[0] : list] as const
  })
  return Object.fromEntries(found)
}

type Records = MapCell<KeptRecord[]>
type Position = readonly [time: number, index: number]

/** The kept records from one to another, both included, in their order. */
function between(records: Records, [from, first]: Position, [to, last]: Position): readonly KeptRecord[] {
  const times = [...records.entries()].map(([name]) => Number(name)).filter((time) => time >= from && time <= to)
  return times
    .toSorted((left, right) => left - right)
    .flatMap((time) => {
      const all = records.get(time)!
      return all.slice(time === from ? first : 0, time === to ? last + 1 : all.length)
    })
}

/** The settings of `pattern`. */
export interface PatternConfig {
  readonly by?: By
  readonly sequence: readonly (ElementConfig | { readonly not: string })[]
  readonly contiguity: 'relaxed' | 'strict'
  readonly within: string
  readonly skip: 'past' | 'next'
  readonly give?: Shape
}

interface ElementConfig {
  readonly name: string
  readonly if: string
  readonly times?: number | { readonly min: number; readonly max?: number } | '+'
  readonly optional?: boolean
}

/** `pattern: { by, sequence, contiguity, within, skip, give }` */
export const patternExecutor: JobExecutor<PatternConfig> = (config, { key, condition, scoped }) => {
  const { by, sequence, within, give, contiguity, skip } = config
  const made = give === undefined ? undefined : scoped(give)
  return patternOperator({
    ...(by !== undefined && { by: key(by) }),
    sequence: sequence.map((one) => {
      if ('not' in one) return { not: condition(one.not) }
      const { name, optional = false } = one
      return { name, condition: condition(one.if), ...boundsOf(one), optional }
    }),
    contiguity,
    withinMs: parseDuration(within),
    skip,
    ...(made && { give: (found, time, ofKey) => made({ ...found, time: timeOf(time), key: ofKey ?? null }) }),
  })
}

function boundsOf({ times = 1 }: ElementConfig): { readonly min: number; readonly max: number } {
  if (times === '+') return { min: 1, max: Infinity }
  return typeof times === 'number' ? { min: times, max: times } : { min: times.min, max: times.max ?? Infinity }
}
