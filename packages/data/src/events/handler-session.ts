import { type AnyEvent, type AnyFailure, type CallOptions, Defect, holdsAnnotation, mask } from '@heddle/core'
import type { OpenApp, Outcome, Ports } from '@heddle/core'
import type { Database } from '../database/database.ts'
import type { EventRow } from '../database/event-feed.ts'
import { pauseMs } from './backoff.ts'
import { eventType } from './event-type.ts'
import { KeptPlace } from './kept-place.ts'
import { type Handled, Lanes } from './lanes.ts'
import type { ReaderState } from './reader-state.ts'
import { readerLag } from './reader-lag.ts'
import { lookAgainMs, type Session } from './reader-life.ts'
import { SessionTimers } from './session-timers.ts'
import { eventDecoder, type StoredEvent } from './stored-event.ts'
import { Wakeup } from './wakeup.ts'

/** How many events a handler has in hand at most (limit `handler.window`). */
const windowLimit = 1000
/** How many events are read at a time. */
const pageLimit = 256

/** What a session of a handler works with. */
export interface HandlerSetup {
  readonly name: string
  readonly on: readonly AnyEvent[]
  readonly concurrency: number
  readonly attempts: number
  readonly app: OpenApp
  readonly database: Database
  readonly ports: Ports
  readonly state: ReaderState
  readonly fences: CallOptions['fences']
}

/** One stretch of a handler's work: from the place that was saved until it is stopped. */
export class HandlerSession implements Session {
  /** How long the event that was done last took from its emission. */
  lagMs: number | undefined
  trouble: string | undefined
  readonly #setup: HandlerSetup
  readonly #wakeup = new Wakeup()
  readonly #lanes: Lanes<Attempted>
  /** Offsets in hand, in order. */
  readonly #open = new Set<number>()
  readonly #timers: SessionTimers
  readonly #place: KeptPlace
  readonly #decode: ReturnType<typeof eventDecoder>
  readonly #lag: ReturnType<typeof readerLag>
  #readUpTo: number
  #stopped = false

  constructor(setup: HandlerSetup) {
    this.#setup = setup
    this.#timers = new SessionTimers(setup.ports.timers)
    this.#place = new KeptPlace(setup, this.#timers, () => this.offset)
    this.#readUpTo = setup.state.offset
    this.#decode = eventDecoder(setup.on)
    this.#lag = readerLag(setup.ports, setup.name)
    this.#lanes = new Lanes({
      concurrency: setup.concurrency,
      work: (item) => this.#handle(item),
      onDone: (item) => this.#done(item),
      after: (delayMs, fire) => this.#timers.after(delayMs, fire),
    })
  }

  /** Everything up to this offset is done. */
  get offset(): number {
    const [first] = this.#open
    return first === undefined ? this.#readUpTo : first - 1
  }

  async run(): Promise<void> {
    const { database, on } = this.#setup
    const names = on.map(({ name }) => name)
    const stopWatching = database.watchEvents(() => this.#wakeup.wake(), names)
    // Now and then without being woken: so its place passes events that it does not read, and those can go.
    this.#timers.every(lookAgainMs, () => this.#wakeup.wake())
    try {
      while (!this.#stopped) {
        const room = Math.min(pageLimit, windowLimit - this.#open.size)
        if (room > 0 && (await this.#read(names, room))) continue
        await this.#wakeup.wait()
      }
    } finally {
      stopWatching?.()
    }
  }

  /** Lets what runs end, and keeps the place. */
  async stop(): Promise<void> {
    this.abandon()
    await this.#lanes.stop()
    await this.#place.keep()
  }

  /** Begins nothing more, and waits for nothing. */
  abandon(): void {
    this.#stopped = true
    this.#timers.stop()
    void this.#lanes.stop()
    this.#wakeup.wake()
  }

  /** Takes a page in hand. Says whether there may be more. */
  async #read(names: readonly string[], limit: number): Promise<boolean> {
    const { database } = this.#setup
    const { rows, upTo } = await database.readEvents({ after: this.#readUpTo, names, limit })
    if (this.#stopped) return false
    for (const row of rows) this.#take(row)
    if (upTo > this.#readUpTo) this.#place.moved()
    this.#readUpTo = upTo
    return rows.length === limit
  }

  #take(row: EventRow): void {
    let item: Attempted
    try {
      item = { event: this.#decode(row), attempts: 0 }
    } catch (thrown) {
      if (!(thrown instanceof Defect)) throw thrown
      item = { event: rawEvent(row), attempts: 0, unreadable: thrown.toFailure() }
    }
    const { offset, tenant, key } = item.event
    this.#open.add(offset)
    this.#lanes.add(`${tenant}\0${key}`, item)
  }

  /** Calls the handler's command. The event's id is its idempotency key, so that its effects happen once. */
  async #handle(item: Attempted): Promise<Handled> {
    const { name, app, fences, attempts } = this.#setup
    const { event, unreadable } = item
    if (unreadable) return this.#giveUp(item, [unreadable])
    const { id, tenant, traceId } = event
    const options = { as: app.self(tenant), trusted: true, tenant, traceId, idempotencyKey: id, fences }
    const outcome = await app.callByName(name, event, options)
    const failures = failuresOf(outcome)
    // An answer under this key with another input: handled before, by a version that read the event otherwise.
    if (!failures || failures[0]!.code === 'KeyReused') return 'done'
    const { retry, message } = failures[0]!
    if (this.#stopped) return { pauseMs: 0 }
    if (retry !== 'never' && ++item.attempts < attempts) {
      this.trouble = `event ${event.offset}: ${message}`
      return { pauseMs: pauseMs(retry, item.attempts) }
    }
    return this.#giveUp(item, failures)
  }

  async #giveUp({ event }: Attempted, failures: readonly AnyFailure[]): Promise<Handled> {
    const { name, ports } = this.#setup
    const { message, key } = failures[0]!
    const told = { id: event.id, key, tenant: event.tenant }
    ports.log.write('error', `${name} gave up on the event ${event.offset} (${event.name}): ${message}`, told)
    const errors = failures.map((failure) => failure.toJSON())
    const letter = { ...maskedLetter(this.#setup.on, event), command: name, origin: `event ${event.offset}`, errors }
    try {
      await ports.deadLetters.add([letter])
      return 'done'
    } catch (thrown) {
      this.trouble = `event ${event.offset}: its dead letter could not be kept: ${(thrown as Error).message}`
      return { pauseMs: pauseMs('later', 1) }
    }
  }

  #done({ event }: Attempted): void {
    this.lagMs = this.#setup.ports.clock.now() - event.at.getTime()
    this.#lag?.add(this.lagMs / 1000)
    const wasFull = this.#open.size >= windowLimit
    this.#open.delete(event.offset)
    if (this.#open.size === 0) this.trouble = undefined
    if (wasFull) this.#wakeup.wake()
    this.#place.moved()
  }
}

interface Attempted {
  readonly event: StoredEvent
  attempts: number
  /** Why it cannot be read as its type. */
  readonly unreadable?: AnyFailure
}

/** What is marked in the data of an event is a secret of its letter. */
function maskedLetter(on: readonly AnyEvent[], event: StoredEvent) {
  const type = eventType(on)
  const letter = { tenant: event.tenant, input: mask(type, event) }
  return holdsAnnotation(type) ? { ...letter, secret: event } : letter
}

/** An event whose data is as it was stored. */
const rawEvent = eventDecoder([])

const failuresOf = (outcome: Outcome<unknown, AnyFailure>) => (outcome.ok ? undefined : outcome.errors)
