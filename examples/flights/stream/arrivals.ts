import type { Departure } from './departures.ts'

/** A report of a departure, and when it arrives here. */
export interface Report {
  readonly departure: Departure
  /** The row of the departure, from 0. */
  readonly row: number
  /** Milliseconds since 1970: never before the departure. */
  readonly arrivesAt: number
}

const minuteMs = 60_000
/** Most reports take up to this long. */
export const usualDelayMs = 20 * minuteMs
/** One in a hundred takes up to this long. */
export const longestDelayMs = 120 * minuteMs

/** How long the report of a departure takes: the same for the same row and seed. */
export function reportDelayMs(row: number, seed: number): number {
  const isSlow = spread(row, seed) < 0.01
  return Math.floor(spread(row, seed + 1) * (isSlow ? longestDelayMs : usualDelayMs))
}

/** A number from 0 to below 1 for a row: the mixing step of MurmurHash3 (Appleby, 2011). */
function spread(row: number, seed: number): number {
  let mixed = Math.imul(row + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
}

/** Puts reports into the order in which they arrive. What leaves later cannot arrive before it leaves. */
export class Arrivals {
  /** By arrival; those before `#next` were taken. */
  #waiting: Report[] = []
  #next = 0
  /** By row; those before `#first` were taken. */
  #byRow: Report[] = []
  #first = 0

  /** @param reports by row, all behind those that were added before */
  add(reports: readonly Report[]): void {
    this.#waiting = [...this.#waiting.slice(this.#next), ...reports].toSorted(compareArrivals)
    this.#byRow = [...this.#byRow.slice(this.#first), ...reports]
    this.#next = this.#first = 0
  }

  /** The next ones that arrive before a time, at most so many. */
  take(before: number, max: number): readonly Report[] {
    const from = this.#next
    const end = Math.min(this.#waiting.length, from + max)
    while (this.#next < end && this.#waiting[this.#next]!.arrivesAt < before) this.#next++
    const last = this.#waiting[this.#next - 1]
    const isTaken = (report: Report | undefined) =>
      report !== undefined && last !== undefined && compareArrivals(report, last) <= 0
    while (isTaken(this.#byRow[this.#first])) this.#first++
    return this.#waiting.slice(from, this.#next)
  }

  /** When the next one arrives; undefined where none waits. */
  get nextAt(): number | undefined {
    return this.#waiting[this.#next]?.arrivesAt
  }

  get size(): number {
    return this.#waiting.length - this.#next
  }

  /** The earliest row that waits. */
  get firstRow(): number | undefined {
    return this.#byRow[this.#first]?.row
  }
}

/** Who arrives first; of those that arrive at one moment, the earlier row. */
export const compareArrivals = (
  one: Pick<Report, 'arrivesAt' | 'row'>,
  other: Pick<Report, 'arrivesAt' | 'row'>,
): number => one.arrivesAt - other.arrivesAt || one.row - other.row
