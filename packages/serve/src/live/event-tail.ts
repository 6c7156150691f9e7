import { type AnyEvent, type Cancel, type FedEvent, type Feed, isEvent, type OpenApp } from '@heddle/core'
import { internal } from './internal.ts'
import { liveLimits } from './live-limits.ts'
import { type PushedEvent, pushedEvent } from './pushed-event.ts'
import { SharedQuestion } from './shared-question.ts'
import { Turns } from './turns.ts'

/** Some events in the order of their offsets. */
export interface TailPage {
  readonly events: readonly PushedEvent[]
  /** Every event of interest up to this offset is among them, or was before. */
  readonly upTo: number
}

/** How long a failed read of events is waited for, in milliseconds. */
const retryMs = 1000
/** How often it is looked how far events of other names are, so that whoever waits for rare ones goes on from there. */
const refreshMs = 10_000

/**
 * The newest events, read once for all who are nearly there. Whoever is further behind reads for himself, so that a slow
 * reader costs no memory.
 */
export class EventTail {
  readonly #app: OpenApp
  readonly #feed: Feed
  readonly #turns = new Turns(liveLimits.reads)
  readonly #readers = new Set<() => void>()
  readonly #types: ReadonlyMap<string, AnyEvent>
  #names = new Set<string>()
  #recent: PushedEvent[] = []
  #bytes = 0
  /** Every event of the names that are followed is in `recent`, from the one behind `#from` to the one at `#upTo`. */
  #from = 0
  #upTo = 0
  #starting: Promise<void> | undefined
  #stopWatching: (() => void) | undefined
  #cancelRefresh: Cancel | undefined
  #isReading = false
  #isWoken = false
  readonly #first: SharedQuestion<number>

  constructor(app: OpenApp, feed: Feed) {
    this.#app = app
    this.#feed = feed
    this.#first = new SharedQuestion(() => feed.first())
    this.#types = new Map(app.parts.filter(isEvent).map((event) => [event.name, event]))
  }

  /** The events that the app declares, by name. */
  get types(): ReadonlyMap<string, AnyEvent> {
    return this.#types
  }

  /** Follows events of these names too. */
  async join(reader: () => void, names: readonly string[]): Promise<void> {
    this.#readers.add(reader)
    this.#starting ??= this.#start()
    await this.#starting
    if (names.every((name) => this.#names.has(name))) return
    this.#names = new Set([...this.#names, ...names])
    // Of the new names nothing is known that lies before.
    this.#recent = []
    this.#bytes = 0
    this.#from = this.#upTo
    this.#watch()
  }

  leave(reader: () => void): void {
    this.#readers.delete(reader)
    if (this.#readers.size > 0) return
    this.#stopWatching?.()
    this.#cancelRefresh?.()
    this.#stopWatching = this.#starting = this.#cancelRefresh = undefined
    this.#names = new Set()
    this.#recent = []
  }

  /** The offset of the newest event that is known. */
  get upTo(): number {
    return this.#upTo
  }

  /** The events of these names and this tenant behind an offset: what is at hand, or a page of what is kept. */
  after(offset: number, names: ReadonlySet<string>, tenant: string): TailPage | Promise<TailPage> {
    if (offset >= this.#from) {
      const events: PushedEvent[] = []
      for (let index = this.#recent.length - 1; index >= 0 && this.#recent[index]!.offset > offset; index--) {
        const event = this.#recent[index]!
        if (event.tenant === tenant && names.has(event.type.name)) events.push(event)
      }
      return { events: events.reverse(), upTo: Math.max(this.#upTo, offset) }
    }
    return this.#turns.run(async () => {
      const limit = liveLimits.pageEvents
      const page = await this.#feed.read({ after: offset, names: [...names], tenant, limit })
      return { events: this.#pushed(page.events), upTo: page.upTo }
    })
  }

  /** The offset from which on every event is kept, asked for after this call. */
  first(): Promise<number> {
    return this.#first.ask()
  }

  async #start(): Promise<void> {
    try {
      this.#from = this.#upTo = await this.#feed.last()
    } catch (thrown) {
      this.#starting = undefined
      throw thrown
    }
    this.#recent = []
    this.#bytes = 0
  }

  #watch(): void {
    this.#stopWatching?.()
    this.#stopWatching = this.#feed.watchEvents(() => this.#wake(), [...this.#names])
    this.#wake()
    this.#cancelRefresh ??= this.#refreshLater()
  }

  #refreshLater(): Cancel {
    const refresh = () => {
      this.#wake()
      this.#cancelRefresh = this.#refreshLater()
    }
    return this.#app.ports.timers.after(refreshMs, refresh, { background: true })
  }

  #wake(): void {
    this.#isWoken = true
    if (!this.#isReading) void this.#read()
  }

  async #read(): Promise<void> {
    this.#isReading = true
    try {
      while (this.#isWoken && this.#readers.size > 0) {
        this.#isWoken = false
        const [after, names] = [this.#upTo, this.#names]
        const { events, upTo } = await this.#feed.read({ after, names: [...names], limit: liveLimits.pageEvents })
        // Names that came meanwhile were not asked for.
        if (names !== this.#names) this.#isWoken = true
        else if (upTo > after) this.#take(events, upTo)
        if (events.length === liveLimits.pageEvents) this.#isWoken = true
      }
    } catch (thrown) {
      this.#app.ports.log.write('warning', `events could not be read to push them: ${String(thrown)}`)
      this.#app.ports.timers.after(retryMs, () => this.#wake(), { background: true })
    }
    this.#isReading = false
  }

  #take(events: readonly FedEvent[], upTo: number): void {
    for (const event of this.#pushed(events)) {
      this.#recent.push(event)
      this.#bytes += event.json.length
    }
    this.#upTo = upTo
    let gone = 0
    for (; this.#isTooMuch(gone); gone++) {
      const { offset, json } = this.#recent[gone]!
      this.#from = offset
      this.#bytes -= json.length
    }
    if (gone > 0) this.#recent.splice(0, gone)
    for (const wake of this.#readers) wake()
  }

  #isTooMuch(gone: number): boolean {
    const left = this.#recent.length - gone
    return left > liveLimits.recentEvents || (left > 1 && this.#bytes > liveLimits.recentBytes)
  }

  #pushed(events: readonly FedEvent[]): PushedEvent[] {
    return events.flatMap((event) => {
      const type = this.#types.get(event.name)
      if (!type) return []
      try {
        return [pushedEvent(type, event)]
      } catch (thrown) {
        internal(this.#app, `the event ${event.offset} could not be told`, thrown)
        return []
      }
    })
  }
}
