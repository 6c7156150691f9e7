import type { Json } from '@heddle/core'
import { z } from 'zod'
import type { Flow } from '../operator/operator.ts'
import { type Aggregate, defineAggregate } from './aggregate.ts'
import { compareValues } from './compare-values.ts'
import { given, keep } from './kept-value.ts'
import { valueText } from './value-text.ts'

// Values are counted exactly while there are not too many different ones. Beyond that it is Space-Saving (A. Metwally,
// D. Agrawal, A. El Abbadi: Efficient computation of frequent and top-k elements in data streams, 2005): a new value takes
// the counter of the one that is least frequent, and its count as an error. With N values over m counters a count is at
// most N/m too high and never too low, and no value that is there more than N/m times is missed. The counters are a heap, so
// that the least is at hand. Two of them are merged as by P. Agarwal et al. (Mergeable summaries, 2012).

/** How many different values are counted exactly. */
export const topLimit = 10_000

/** A counter: how much too high it may be, and where it stands in the heap. */
interface Counter {
  value: Json
  count: number
  error?: number
  place?: number
}

interface Counters {
  size: number
  counters: Record<string, Counter>
  /** The texts of all values as a heap, the least frequent at the root; missing while counts are exact. */
  heap?: string[]
}

const counter: z.ZodType<Counter> = z.object({
  value: z.json(),
  count: z.int(),
  error: z.int().optional(),
  place: z.int().optional(),
})

const state: z.ZodType<Counters> = z.object({
  size: z.int(),
  counters: z.record(z.string(), counter),
  heap: z.array(z.string()).optional(),
})

/** A value with how often it is there. */
export interface Frequent {
  readonly value: unknown
  readonly count: number
}

/**
 * The most frequent values, the most frequent first; of the same count, the least value first. Exact below so many different
 * ones; above, a count is at most that part of all records too high. Where values may be taken back it keeps all of them.
 *
 * @param limit how many different values are counted @default 10,000, or ten times n where that is more
 */
export function top(
  n: number,
  reads: Flow = 'append',
  limit = Math.max(topLimit, 10 * n),
): Aggregate<unknown, Counters, readonly Frequent[]> {
  const most = reads === 'changes' ? Infinity : limit
  return defineAggregate({
    name: 'top',
    state,
    initial: (): Counters => ({ size: 0, counters: {} }),
    add(state: Counters, value: unknown) {
      const text = valueText(value)
      const held = state.counters[text]
      if (held !== undefined) {
        held.count += 1
        if (state.heap !== undefined) sink(state, state.heap, held.place!)
      } else if (state.size < most) {
        state.counters[text] = { value: keep(value), count: 1 }
        state.size += 1
      } else replaceLeast(state, text, value)
      return state
    },
    ...(reads === 'changes' && {
      retract(state: Counters, value: unknown) {
        const text = valueText(value)
        const held = state.counters[text]
        if (held === undefined) return state
        held.count -= 1
        if (held.count > 0) return state
        delete state.counters[text]
        state.size -= 1
        return state
      },
    }),
    merge: (state, other) => merged(state, other, most),
    result: (state) =>
      Object.values(state.counters)
        .map(({ value, count }) => ({ value: given(value), count }))
        .sort((left, right) => right.count - left.count || compareValues(left.value, right.value))
        .slice(0, n),
  })
}

/** The least frequent value gives its counter to a new one. */
function replaceLeast(state: Counters, text: string, value: unknown): void {
  const heap = (state.heap ??= heaped(state))
  const least = heap[0]!
  const { count } = state.counters[least]!
  delete state.counters[least]
  heap[0] = text
  state.counters[text] = { value: keep(value), count: count + 1, error: count, place: 0 }
  sink(state, heap, 0)
}

function heaped({ counters }: Counters): string[] {
  const heap = Object.keys(counters).sort((left, right) => counters[left]!.count - counters[right]!.count)
  // What is sorted is a heap.
  heap.forEach((text, place) => (counters[text]!.place = place))
  return heap
}

/** Brings a value whose count has grown to its place. */
function sink({ counters }: Counters, heap: string[], from: number): void {
  const text = heap[from]!
  const moved = counters[text]!
  let place = from
  for (;;) {
    let child = 2 * place + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && counters[heap[child + 1]!]!.count < counters[heap[child]!]!.count) child += 1
    const other = counters[heap[child]!]!
    if (other.count >= moved.count) break
    heap[place] = heap[child]!
    other.place = place
    place = child
  }
  heap[place] = text
  moved.place = place
}

/** What is missing among full counters may have been there as often as the least of them. */
function merged(state: Counters, other: Counters, most: number): Counters {
  const least = (of: Counters): number => (of.heap === undefined ? 0 : of.counters[of.heap[0]!]!.count)
  const [missing, otherMissing] = [least(state), least(other)]
  const texts = new Set([...Object.keys(state.counters), ...Object.keys(other.counters)])
  const all = [...texts].map((text): readonly [string, Counter] => {
    const [one, two] = [state.counters[text], other.counters[text]]
    const count = (one?.count ?? missing) + (two?.count ?? otherMissing)
    const error = (one ? (one.error ?? 0) : missing) + (two ? (two.error ?? 0) : otherMissing)
    return [text, { value: (one ?? two)!.value, count, ...(error > 0 && { error }) }]
  })
  const isFull = all.length > most || state.heap !== undefined || other.heap !== undefined
  const kept = isFull
    ? all.sort(([a, left], [b, right]) => right.count - left.count || (a < b ? -1 : 1)).slice(0, most)
    : all
  const joined: Counters = { size: kept.length, counters: Object.fromEntries(kept) }
  return isFull ? { ...joined, heap: heaped(joined) } : joined
}
