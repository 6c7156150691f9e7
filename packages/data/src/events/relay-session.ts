import type { CallOptions, Failure, Ports } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { pauseMs } from './backoff.ts'
import { KeptPlace } from './kept-place.ts'
import { readerLag } from './reader-lag.ts'
import { lookAgainMs, type Session } from './reader-life.ts'
import type { ReaderState } from './reader-state.ts'
import { type RawEvent, rawEventOf } from './raw-event.ts'
import { SessionTimers } from './session-timers.ts'
import { Wakeup } from './wakeup.ts'

/** How many events are handed over at a time (limit `relay.batch`). */
const batchLimit = 256
/** How many characters of data they hold together, unless one alone holds more (limit `relay.data`). */
const dataLimit = 1024 * 1024

/** What a session of a relay works with. */
export interface RelaySetup {
  readonly name: string
  readonly names: readonly string[]
  readonly hand: (events: readonly RawEvent[]) => Promise<void>
  readonly database: Database
  readonly ports: Ports
  readonly state: ReaderState
  readonly fences: CallOptions['fences']
}

/** One stretch of a relay's work: from the place that was kept until it is stopped. */
export class RelaySession implements Session {
  lagMs: number | undefined
  trouble: string | undefined
  readonly #setup: RelaySetup
  readonly #wakeup = new Wakeup()
  readonly #again = new Wakeup()
  readonly #timers: SessionTimers
  readonly #place: KeptPlace
  readonly #lag: ReturnType<typeof readerLag>
  #offset: number
  #stopped = false
  #ended: Promise<void> = Promise.resolve()

  constructor(setup: RelaySetup) {
    this.#setup = setup
    this.#timers = new SessionTimers(setup.ports.timers)
    this.#place = new KeptPlace(setup, this.#timers, () => this.offset)
    this.#offset = setup.state.offset
    this.#lag = readerLag(setup.ports, setup.name)
  }

  get offset(): number {
    return this.#offset
  }

  run(): Promise<void> {
    return (this.#ended = this.#read())
  }

  /** Lets a batch that is on its way arrive, and keeps the place. */
  async stop(): Promise<void> {
    this.abandon()
    await this.#ended.catch(() => undefined)
    await this.#place.keep()
  }

  abandon(): void {
    this.#stopped = true
    this.#timers.stop()
    this.#wakeup.wake()
    this.#again.wake()
  }

  /** Tries at once what waits for its next attempt. */
  tryNow(): void {
    this.#again.wake()
  }

  async #read(): Promise<void> {
    const { database, names } = this.#setup
    const stopWatching = database.watchEvents(() => this.#wakeup.wake(), names)
    // Now and then without being woken: so its place passes events that it does not read, and those can go.
    this.#timers.every(lookAgainMs, () => this.#wakeup.wake())
    try {
      while (!this.#stopped) {
        const { rows, upTo } = await database.readEvents({ after: this.#offset, names, limit: batchLimit })
        for (const batch of batchesOf(rows.map(rawEventOf))) if (!(await this.#hand(batch))) return
        if (upTo > this.#offset) this.#place.moved()
        this.#offset = upTo
        if (rows.length < batchLimit) await this.#wakeup.wait()
      }
    } finally {
      stopWatching()
    }
  }

  /** A batch is handed over before the next one is begun, however long it takes: that is how events stay in order. */
  async #hand(batch: readonly RawEvent[]): Promise<boolean> {
    const { name, hand, ports } = this.#setup
    const last = batch.at(-1)!
    for (let attempt = 1; !this.#stopped; attempt++) {
      try {
        await hand(batch)
        this.#handed(batch)
        return true
      } catch (thrown) {
        const { message } = thrown as Error | Failure
        this.trouble = `events ${batch[0]!.offset} to ${last.offset}: ${message}`
        if (attempt === 1) ports.log.write('warning', `${name} stands still at the ${this.trouble}`)
        await this.#pause(pauseMs('later', attempt))
      }
    }
    return false
  }

  #handed(batch: readonly RawEvent[]): void {
    const now = this.#setup.ports.clock.now()
    for (const { at } of batch) this.#lag?.add((now - at) / 1000)
    this.lagMs = now - batch.at(-1)!.at
    this.trouble = undefined
    this.#offset = batch.at(-1)!.offset
    this.#place.moved()
  }

  async #pause(delayMs: number): Promise<void> {
    if (this.#stopped) return
    const cancel = this.#timers.after(delayMs, () => this.#again.wake())
    await this.#again.wait()
    cancel()
  }
}

/** Parts of a page, none of which is so large that handing it over takes long. */
function batchesOf(events: readonly RawEvent[]): RawEvent[][] {
  const batches: RawEvent[][] = []
  let size = Infinity
  for (const event of events) {
    size += event.data.length
    if (size > dataLimit) {
      batches.push([])
      size = event.data.length
    }
    batches.at(-1)!.push(event)
  }
  return batches
}
