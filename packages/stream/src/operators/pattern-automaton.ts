import { isGap, type PatternElement, type PatternOptions } from './pattern-options.ts'
import type { Condition } from './functions.ts'

/*
 * A pattern as a nondeterministic automaton over the records of a key, in the order of event time, as in SASE+ (Agrawal,
 * Diao, Gyllstrom, Immerman: Efficient Pattern Matching over Event Streams, SIGMOD 2008). A thread stands at an element and
 * has taken some records for it, or waits for its first one. A record can be taken, or be passed by where the contiguity
 * allows it and no gap forbids it, so a thread can go on in both ways.
 *
 * Threads that began with the same record and stand at the same place have the same future, so the preferred one is kept
 * and the others end (Pike's way to run regular expressions): there are never more of them than places. Preferred is who
 * goes on with an element before who waits for the next one, and who takes a record before who passes it by.
 */

/** So many numbers say which records were taken in a stretch. */
export const stretch = 5

/** A thread: where it stands, and what it has taken. It is kept in state, so it is plain data. */
export interface Thread {
  /** The position of an element; the number of elements once all are there and only a gap at the end is watched. */
  readonly at: number
  /** How many records it has taken for the element; for one that has no upper bound never more than the least number. */
  readonly count: number
  /** The element that the last record was taken for: the gaps from there to where the thread stands hold. */
  readonly from: number
  /**
   * What it took, in stretches of `stretch` numbers: element, time and index of the first record, time and index of the
   * last. An element without an upper bound takes all that fits it from its first record on, so that a stretch says it
   * all; for others each record is a stretch.
   */
  readonly taken: number[]
}

interface Place extends Required<PatternElement> {
  /** The gaps that stand directly before it. */
  readonly gaps: readonly Condition[]
}

/** What a record is to the conditions. */
export type Holds = (condition: Condition) => boolean

/** Tells how threads go on. */
export class PatternAutomaton {
  readonly places: readonly Place[]
  /** What must not come after the last element until the time is over. */
  readonly #last: readonly Condition[]
  readonly #isStrict: boolean

  constructor({ sequence, contiguity = 'relaxed' }: PatternOptions) {
    const places: Place[] = []
    let gaps: Condition[] = []
    for (const one of sequence) {
      if (isGap(one)) gaps.push(one.not)
      else {
        const { min = 1, max = min, optional = false } = one
        places.push({ ...one, min, max, optional, gaps })
        gaps = []
      }
    }
    this.places = places
    this.#last = gaps
    this.#isStrict = contiguity === 'strict'
  }

  /** Whether a find has to wait until its time is over. */
  get waits(): boolean {
    return this.#last.length > 0
  }

  /** Whether all elements of a thread are there. */
  isWhole = (thread: Thread): boolean => thread.at === this.places.length

  /** The threads of a record that a find may begin with, preferred first. */
  begin(holds: Holds, time: number, index: number): Thread[] {
    const threads: Thread[] = []
    for (let at = 0; at < this.places.length; at += 1) {
      if (holds(this.places[at]!.condition)) this.#take({ at, count: 0, from: -1, taken: [] }, time, index, threads)
      if (!this.places[at]!.optional) break
    }
    return threads.length > 1 ? distinct(threads) : threads
  }

  /** What becomes of the threads of one beginning with the next record, preferred first. */
  next(threads: readonly Thread[], holds: Holds, time: number, index: number): Thread[] {
    const after: Thread[] = []
    for (const thread of threads) {
      const place = this.places[thread.at]
      if (place !== undefined && thread.count < place.max && holds(place.condition)) {
        this.#take(thread, time, index, after)
      }
      if (this.#mayPass(thread, holds)) after.push(thread)
    }
    return after.length > 1 ? distinct(after) : after
  }

  /** Adds the threads that come of taking a record: to go on with the element, and to wait for those behind it. */
  #take({ at, count, taken }: Thread, time: number, index: number, into: Thread[]): void {
    const { min, max } = this.places[at]!
    const goesOn = max === Infinity && count > 0
    const took = goesOn ? [...taken.slice(0, -2), time, index] : [...taken, at, time, index, time, index]
    const counted = count + 1
    if (counted < max)
      into.push({ at, count: max === Infinity ? Math.min(counted, min) : counted, from: at, taken: took })
    if (counted < min) return
    for (let to = at + 1; to <= this.places.length; to += 1) {
      into.push({ at: to, count: 0, from: at, taken: took })
      if (this.places[to]?.optional !== true) return
    }
  }

  #mayPass({ at, from }: Thread, holds: Holds): boolean {
    if (this.#isStrict && at < this.places.length) return false
    for (let place = from + 1; place <= at; place += 1) {
      if ((this.places[place]?.gaps ?? this.#last).some(holds)) return false
    }
    return true
  }
}

/** Keeps the first thread of each place. Several that wait differ in the gaps that hold. */
function distinct(threads: readonly Thread[]): Thread[] {
  const seen = new Set<string>()
  return threads.filter(({ at, count, from }) => {
    const place = `${at} ${count} ${from}`
    if (seen.has(place)) return false
    seen.add(place)
    return true
  })
}
