import {
  type AnyCommand,
  type AnyFailure,
  type Cancel,
  type OpenApp,
  type Outcome,
  outgoingOf,
  outgoingOutcome,
  type Principal,
  stopwatchOf,
} from '@heddle/core'
import { type Encode, outputEncoders } from '../http/encode.ts'
import { entityTag } from '../http/entity-tag.ts'
import { internal } from './internal.ts'
import type { Turns } from './turns.ts'

/** A query with all on which its answer rests but for the records. */
export interface AskedQuery {
  readonly command: AnyCommand
  readonly input: unknown
  readonly from: 'json' | 'text'
  readonly as: Principal | null
  readonly tenant: string
  readonly surface: string
}

/** The newest answer, as it leaves the process. */
export interface LiveAnswer {
  readonly kind: 'value'
  readonly id: string
  readonly json: string
}

/** The shortest time between two answers of a query, in milliseconds (limit `live.pause`). */
const shortestPauseMs = 10
/** The longest, for a query that takes long to answer. */
const longestPauseMs = 5000
/** The first and the longest pause before a query that could not be answered for now is asked again. */
const [firstRetryMs, longestRetryMs] = [500, 30_000]

/**
 * A query that is asked again when something changed on which it may rest. All who want the same answer share it: they see
 * the newest one, and those in between are left out.
 */
export class LiveQuery {
  answer: LiveAnswer | undefined
  /** Why it is not answered any more. */
  errors: readonly AnyFailure[] | undefined
  readonly asked: AskedQuery
  readonly #app: OpenApp
  readonly #turns: Turns
  readonly #encode: Encode
  readonly #readers = new Set<() => void>()
  readonly #elapsed: () => number
  readonly #over = new AbortController()
  #isDirty = false
  #isAsking = false
  #retryMs = firstRetryMs
  #cancel: Cancel | undefined

  constructor(app: OpenApp, turns: Turns, asked: AskedQuery) {
    this.#app = app
    this.#turns = turns
    this.asked = asked
    this.#encode = outputEncoders(asked.command.output).value
    this.#elapsed = stopwatchOf(app.ports.clock)
  }

  get readers(): number {
    return this.#readers.size
  }

  /** Calls back when there is another answer, or none any more. */
  add(reader: () => void): void {
    this.#readers.add(reader)
  }

  remove(reader: () => void): void {
    this.#readers.delete(reader)
  }

  /** Something changed on which it may rest. */
  changed(): void {
    this.#isDirty = true
    if (!this.#isAsking && !this.#cancel) void this.#ask()
  }

  close(): void {
    this.#cancel?.()
    this.#over.abort()
  }

  async #ask(): Promise<void> {
    this.#isAsking = true
    const tookMs = await this.#turns.run(async () => {
      if (this.#over.signal.aborted) return 0
      this.#isDirty = false
      const startedAt = this.#elapsed()
      await this.#call()
      return this.#elapsed() - startedAt
    })
    this.#isAsking = false
    if (this.errors || this.#over.signal.aborted) return
    // One that takes long is asked as long again less often, so that it cannot keep the app busy by itself.
    this.#later(Math.min(Math.max(tookMs, shortestPauseMs), longestPauseMs))
  }

  #later(pauseMs: number): void {
    this.#cancel ??= this.#app.ports.timers.after(
      pauseMs,
      () => {
        this.#cancel = undefined
        if (this.#isDirty) void this.#ask()
      },
      { background: true },
    )
  }

  async #call(): Promise<void> {
    const { command, input, from, as, tenant, surface } = this.asked
    const options = { as, tenant, from, surface, signal: this.#over.signal }
    try {
      // By its name each time, because another command may go by it by now.
      this.#take(outgoingOutcome(outgoingOf(command), await this.#app.callByName(command.name, input, options)))
    } catch (thrown) {
      this.#fail([internal(this.#app, `the answer of ${command.name} could not be told`, thrown)])
    }
  }

  #take(outcome: Outcome<unknown, AnyFailure>): void {
    if (this.#over.signal.aborted) return
    if (!outcome.ok) return this.#fail(outcome.errors)
    this.#retryMs = firstRetryMs
    const json = this.#encode(outcome.value) ?? 'null'
    const id = entityTag(json).slice(1, -1)
    if (id === this.answer?.id) return
    this.answer = { kind: 'value', id, json }
    this.#wake()
  }

  /** What passes is waited for, once there is an answer. What stays ends the subscriptions. */
  #fail(errors: readonly AnyFailure[]): void {
    if (this.answer && errors.every(({ retry }) => retry !== 'never')) {
      this.#isDirty = true
      this.#later(this.#retryMs)
      this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs)
      return
    }
    this.errors = errors
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#readers) wake()
  }
}
