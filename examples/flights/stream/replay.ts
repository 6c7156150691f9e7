import { readFile } from 'node:fs/promises'
import { type Json, parseDuration, type Ports, sleep } from 'heddle'
import type { PartitionReader, Source, SourceBatch, SourceHost } from 'heddle/stream'
import { Arrivals, compareArrivals, type Report, reportDelayMs } from './arrivals.ts'
import { type Dataset, type Departure, readDepartures } from './departures.ts'

/** How flights are replayed. */
export interface ReplayOptions {
  readonly dataset: Dataset
  /** How much event time passes in a second, e.g. `1d/s`; `max`: as fast as the job takes it. */
  readonly speed: string
  readonly seed: number
}

/** Every so many reports one is broken. */
const brokenEvery = 400

/** Reads the speed of a replay: milliseconds of event time per millisecond; Infinity for `max`. */
export function parseSpeed(text: string): number {
  if (text === 'max') return Infinity
  const [, span] = /^(.+)\/s$/.exec(text) ?? []
  if (span === undefined) throw new RangeError(`The speed "${text}" is none: expected e.g. 1d/s, 6h/s or max`)
  return parseDuration(span) / 1000
}

/**
 * The real flights, as if they were reported now: in the order in which their reports arrive, some of them late, some of
 * them broken, at a speed. It gives the same ones again from each position.
 */
export function flightReplay(options: (host: SourceHost) => ReplayOptions): Source {
  return {
    kind: 'replay',
    bounded: true,
    guarantees: { replays: true, ordered: true },
    describe: () => ({ of: 'flights of vega-datasets' }),
    open(host) {
      const chosen = options(host)
      return {
        partitions: () => [chosen.dataset],
        openPartition: (_partition, position) => new Replay(chosen, host, position as Place | undefined),
        close() {},
      }
    },
  }
}

/** Where a replay is: the row to read from, and the last report that was given. */
interface Place {
  readonly row: number
  readonly arrivesAt: number
  readonly lastRow: number
}

class Replay implements PartitionReader {
  readonly #options: ReplayOptions
  readonly #ports: Ports
  readonly #signal: AbortSignal
  readonly #arrivals = new Arrivals()
  readonly #pages: AsyncGenerator<readonly Departure[]>
  readonly #speed: number
  readonly #after: Place | undefined
  #broken: readonly string[] | undefined
  #nextRow: number
  #leftAt = -Infinity
  #isRead = false
  #place: Place
  /** The time of arrival and that of the clock when the replay began. */
  #begun: { readonly arrivesAt: number; readonly at: number } | undefined

  constructor(options: ReplayOptions, { ports, signal }: SourceHost, after: Place | undefined) {
    this.#options = options
    this.#ports = ports
    this.#signal = signal
    this.#after = after
    this.#nextRow = after?.row ?? 0
    this.#place = after ?? { row: 0, arrivesAt: -Infinity, lastRow: -1 }
    this.#speed = parseSpeed(options.speed)
    this.#pages = readDepartures(options.dataset, this.#nextRow)
  }

  async read(max: number): Promise<SourceBatch | undefined> {
    this.#broken ??= await brokenLines()
    for (;;) {
      if (this.#signal.aborted) return undefined
      // Whoever leaves after the last departure that was read arrives after it, too.
      while (!this.#isRead && (this.#arrivals.size < max || (this.#arrivals.nextAt ?? Infinity) >= this.#leftAt)) {
        await this.#readMore()
      }
      const nextAt = this.#arrivals.nextAt
      if (nextAt === undefined) return undefined
      this.#begun ??= { arrivesAt: nextAt, at: this.#ports.clock.now() }
      const reports = this.#arrivals.take(Math.min(this.#isRead ? Infinity : this.#leftAt, this.#now() + 1), max)
      if (reports.length > 0) return this.#batch(reports)
      const waitMs = Math.max(1, Math.min(100, (nextAt - this.#now()) / this.#speed))
      await sleep(this.#ports.timers, waitMs, this.#signal).catch(() => undefined)
    }
  }

  /** How long ago the next report arrived, by the clock that paces the replay. */
  lag(): { readonly ms: number } {
    const next = this.#arrivals.nextAt
    if (next === undefined || this.#begun === undefined || this.#speed === Infinity) return { ms: 0 }
    return { ms: Math.max(0, Math.round((this.#now() - next) / this.#speed)) }
  }

  close(): void {
    void this.#pages.return(undefined)
  }

  /** Which time it is in the replay. */
  #now(): number {
    if (this.#speed === Infinity) return Infinity
    const { arrivesAt, at } = this.#begun!
    return arrivesAt + (this.#ports.clock.now() - at) * this.#speed
  }

  async #readMore(): Promise<void> {
    const page = await this.#pages.next()
    if (page.done === true) {
      this.#isRead = true
      return
    }
    const { seed } = this.#options
    const reports = page.value.map((departure, index) => {
      const row = this.#nextRow + index
      return { departure, row, arrivesAt: departure.at + reportDelayMs(row, seed) }
    })
    this.#nextRow += reports.length
    this.#leftAt = page.value.at(-1)?.at ?? this.#leftAt
    this.#arrivals.add(reports.filter((report) => isAfter(report, this.#after)))
  }

  #batch(reports: readonly Report[]): SourceBatch {
    const { row, arrivesAt } = reports.at(-1)!
    this.#place = { row: Math.min(this.#arrivals.firstRow ?? this.#nextRow, this.#nextRow), arrivesAt, lastRow: row }
    const lines = this.#broken!
    const unread = reports.flatMap((report, index) => {
      if (report.row % brokenEvery !== brokenEvery - 1) return []
      const number = Math.floor(report.row / brokenEvery) % lines.length
      return [
        {
          index,
          origin: `flights-broken.ndjson:${number + 1}`,
          input: lines[number]!,
          errors: [{ code: 'MalformedInput', message: 'The report is none of a flight' }],
        },
      ]
    })
    return {
      values: reports.map(({ departure }) => departure),
      position: this.#place as unknown as Json,
      ...(unread.length > 0 && { unread }),
    }
  }
}

/** Whether a report comes behind a place. */
const isAfter = (report: Report, place: Place | undefined): boolean =>
  place === undefined || compareArrivals(report, { arrivesAt: place.arrivesAt, row: place.lastRow }) > 0

const brokenLines = async (): Promise<string[]> => {
  const text = await readFile(new URL('../import/flights-broken.ndjson', import.meta.url), 'utf8')
  return text.trimEnd().split('\n')
}
