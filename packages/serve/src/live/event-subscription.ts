import {
  type AnyEvent,
  type AnyFailure,
  Failure,
  maySeeEvent,
  type OpenApp,
  refusedEvents,
  systemFailure,
} from '@heddle/core'
import type { EventTail, TailPage } from './event-tail.ts'
import { internal } from './internal.ts'
import type { LiveMessage, SubscribeOptions } from './live-hub.ts'
import type { PushedEvent } from './pushed-event.ts'
import { Subscriber } from './subscriber.ts'

/** Which events somebody follows. */
export interface EventSource {
  readonly app: OpenApp
  readonly tail: EventTail
  /** Empty: all that the caller may see. */
  readonly types: readonly AnyEvent[]
  /** The offset after which to begin, as it was asked for. */
  readonly after: number
  /** The newest offset. */
  readonly last: number
}

/** How long a database that is away is waited for until it is asked again, in milliseconds. */
const retryMs = 1000

/** A subscription to events, in their order and without a gap. It holds a place and at most one page of events. */
export class EventSubscription extends Subscriber {
  readonly #source: EventSource
  #names: ReadonlySet<string> = new Set()
  #tenant = ''
  #after: number
  /** Events that were read and not told. */
  #page: readonly PushedEvent[] = []
  #next = 0
  /** Where the page ends. */
  #upTo: number

  constructor(source: EventSource, options: SubscribeOptions, onEnd: () => void) {
    super(options, onEnd)
    this.#source = source
    this.#after = this.#upTo = source.after
  }

  get position(): string {
    return String(this.#after)
  }

  /** @returns why its caller gets no events */
  async begin(): Promise<readonly AnyFailure[] | undefined> {
    // How many events there are is not told to who may get none of them.
    return (await this.admit()) ?? refusedOffset(this.#source)
  }

  protected async admit(): Promise<readonly AnyFailure[] | undefined> {
    const { app, tail, types } = this.#source
    const { as, tenant } = this.caller.current
    this.#tenant = app.tenantOf({ as, tenant })
    const wanted = types.length > 0 ? types : [...tail.types.values()]
    const refused = wanted.map((type) => refusedEvents(type, as ?? undefined))
    const first = refused.find((failure) => failure !== undefined)
    if (first && (types.length > 0 || refused.every((failure) => failure !== undefined))) return [first]
    this.#names = new Set(wanted.filter((_type, index) => !refused[index]).map(({ name }) => name))
    await tail.join(this.wake, [...this.#names])
    return undefined
  }

  protected async take(): Promise<LiveMessage | undefined> {
    const { tail } = this.#source
    for (;;) {
      const message = this.#fromPage()
      if (message) return message
      if (this.#after >= tail.upTo) return undefined
      const before = this.#after
      const page = tail.after(before, this.#names, this.#tenant)
      if (!(page instanceof Promise)) this.#turn(page)
      else {
        const first = await this.#keep(page)
        if (first === undefined) return undefined
        if (first > before + 1 && before > 0) return this.#behind(before, first - 1)
      }
    }
  }

  protected release(): void {
    this.#source.tail.leave(this.wake)
    this.#page = []
  }

  protected failureOf(thrown: unknown): Failure {
    if (thrown instanceof Failure) return thrown
    return internal(this.#source.app, 'a subscription to events errored', thrown)
  }

  /** @returns the first offset that is kept; undefined where the database is away, which is waited for */
  async #keep(page: Promise<TailPage>): Promise<number | undefined> {
    const { app, tail } = this.#source
    try {
      const read = await page
      // Asked for once the page is there: what was removed before it was read is missing in it.
      const first = await tail.first()
      this.#turn(read)
      return first
    } catch (thrown) {
      if (!(thrown instanceof Failure) || thrown.retry === 'never') throw thrown
      app.ports.timers.after(retryMs, this.wake, { background: true })
      return undefined
    }
  }

  #turn({ events, upTo }: TailPage): void {
    this.#page = events
    this.#next = 0
    this.#upTo = upTo
  }

  #fromPage(): LiveMessage | undefined {
    while (this.#next < this.#page.length) {
      const event = this.#page[this.#next++]!
      this.#after = event.offset
      if (this.#maySee(event)) return { kind: 'event', id: String(event.offset), json: event.json }
    }
    this.#after = Math.max(this.#after, this.#upTo)
    return undefined
  }

  /** Asked for each event, and closed where there is doubt. */
  #maySee({ type, data, isUnreadable, offset }: PushedEvent): boolean {
    const { as } = this.caller.current
    if (!this.#names.has(type.name)) return false
    if (typeof type.access !== 'function') return true
    if (isUnreadable) return false
    try {
      return maySeeEvent(type, { principal: as ?? undefined, tenant: this.#tenant }, data)
    } catch (thrown) {
      internal(this.#source.app, `the rule of ${type.name} failed for the event ${offset}`, thrown)
      return false
    }
  }

  #behind(after: number, to: number): LiveMessage {
    this.#after = Math.max(this.#after, to)
    // Those of streams are never removed. Told now, they would come behind the place at which their reader is.
    while (this.#next < this.#page.length && this.#page[this.#next]!.offset <= to) this.#next++
    return { kind: 'behind', id: String(to), json: JSON.stringify({ from: after + 1, to }) }
  }
}

function refusedOffset({ after, last }: EventSource): readonly AnyFailure[] | undefined {
  if (Number.isSafeInteger(after) && after >= 0 && after <= last) return undefined
  const expected = `an offset of 0 to ${last} was expected`
  return [systemFailure('InvalidOption', { option: 'after', value: String(after), expected })]
}
