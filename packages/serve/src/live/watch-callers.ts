import { type AnyFailure, type Cancel, Failure, type Ports, stopwatchOf, systemFailure } from '@heddle/core'
import type { Caller, KnownCaller } from '../http/call-endpoint.ts'
import type { HttpRequest } from '../http/exchange.ts'
import { askedRequest } from './asked-request.ts'
import type { CallerWatch } from './caller-watch.ts'

/** How long it takes until those who are connected are asked for again (limit `live.recheck`). */
const pauseMs = 2000
/** The longest such pause, where asking for all takes its time: they are asked within 5 s. */
const longestPauseMs = 3500
/** How many are asked for at a time. */
const atATime = 16
/** How long somebody stays connected of whom it cannot be found out who it is (limit `live.unanswered`). */
const unansweredMs = 30_000

/** Those who are connected with the same credentials. */
interface Group {
  readonly credentials: string
  readonly request: HttpRequest
  readonly watches: Set<() => void>
  current: KnownCaller
  text: string
  refused: readonly AnyFailure[] | undefined
  answeredAt: number
}

/** Asks again and again who is connected: principals are disabled, keys are revoked, tokens expire, roles change. */
export class CallerWatches {
  readonly #ports: Pick<Ports, 'clock' | 'timers' | 'log'>
  readonly #callerOf: (request: HttpRequest) => Caller | Promise<Caller>
  readonly #groups = new Map<string, Group>()
  #cancel: Cancel | undefined
  #isAsking = false

  constructor(
    ports: Pick<Ports, 'clock' | 'timers' | 'log'>,
    callerOf: (request: HttpRequest) => Caller | Promise<Caller>,
  ) {
    this.#ports = ports
    this.#callerOf = callerOf
  }

  /** Finds out who sends a request, and goes on asking until that is stopped. */
  async watch(request: HttpRequest): Promise<CallerWatch | AnyFailure> {
    const asked = askedRequest(request)
    const caller = await this.#callerOf(asked)
    if (caller instanceof Failure) return caller
    const credentials = asked.credentials()
    let group = this.#groups.get(credentials)
    if (!group) {
      const { clock } = this.#ports
      const known = { current: caller, text: JSON.stringify(caller), refused: undefined, answeredAt: clock.now() }
      group = { credentials, request: asked, watches: new Set(), ...known }
      this.#groups.set(credentials, group)
    } else this.#take(group, caller)
    this.#schedule(pauseMs)
    return this.#watchOf(group)
  }

  /** Asks for nobody any more. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#groups.clear()
  }

  #watchOf(group: Group): CallerWatch {
    const heard = new Set<() => void>()
    const tell = () => {
      for (const each of heard) each()
    }
    group.watches.add(tell)
    return {
      get current() {
        return group.current
      },
      get refused() {
        return group.refused
      },
      onChange(listener) {
        const own = () => listener()
        heard.add(own)
        return () => void heard.delete(own)
      },
      stop: () => {
        group.watches.delete(tell)
        if (group.watches.size === 0 && this.#groups.get(group.credentials) === group) {
          this.#groups.delete(group.credentials)
        }
      },
    }
  }

  #schedule(afterMs: number): void {
    if (this.#cancel || this.#isAsking) return
    this.#cancel = this.#ports.timers.after(
      afterMs,
      () => {
        this.#cancel = undefined
        void this.#askForAll()
      },
      { background: true },
    )
  }

  async #askForAll(): Promise<void> {
    this.#isAsking = true
    const elapsed = stopwatchOf(this.#ports.clock)
    const startedAt = elapsed()
    const groups = this.#groups.values()
    const ask = async () => {
      for (const group of groups) await this.#askFor(group)
    }
    await Promise.all(Array.from({ length: Math.min(atATime, this.#groups.size) }, ask))
    this.#isAsking = false
    // Where it takes long it is done less often, so that most of the time is left for what they are connected for.
    const pause = Math.min(Math.max(pauseMs, 4 * (elapsed() - startedAt)), longestPauseMs)
    if (this.#groups.size > 0) this.#schedule(pause)
  }

  async #askFor(group: Group): Promise<void> {
    const { clock, log } = this.#ports
    let caller: Caller
    try {
      caller = await this.#callerOf(group.request)
    } catch (thrown) {
      log.write('error', `it could not be found out who is connected: ${String(thrown)}`)
      caller = systemFailure('Unavailable', { what: 'who says who is connected' }, { cause: thrown })
    }
    if (caller instanceof Failure) {
      const isLasting = caller.facts.retry === 'never'
      if (isLasting || clock.now() - group.answeredAt > unansweredMs) this.#refuse(group, caller)
      return
    }
    this.#take(group, caller)
  }

  #take(group: Group, caller: KnownCaller): void {
    group.answeredAt = this.#ports.clock.now()
    if (group.current.as && caller.as?.id !== group.current.as.id) {
      return this.#refuse(group, systemFailure('Unauthenticated'))
    }
    const text = JSON.stringify(caller)
    if (text === group.text) return
    group.current = caller
    group.text = text
    for (const tell of group.watches) tell()
  }

  #refuse(group: Group, failure: AnyFailure): void {
    this.#groups.delete(group.credentials)
    group.refused = [failure]
    for (const tell of group.watches) tell()
  }
}
