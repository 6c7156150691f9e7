import { type AnyCommand, type AnyFailure, Failure, type OpenApp } from '@heddle/core'
import { internal } from './internal.ts'
import type { LiveMessage, SubscribeOptions } from './live-hub.ts'
import type { KeptQuery, LiveQueries } from './live-queries.ts'
import { Subscriber } from './subscriber.ts'

/** What somebody asks again and again. */
export interface QuerySource {
  readonly app: OpenApp
  readonly queries: LiveQueries
  readonly command: AnyCommand
  readonly input: unknown
  readonly from: 'json' | 'text'
}

/** A subscription to the newest answer of a query. */
export class QuerySubscription extends Subscriber {
  readonly #source: QuerySource
  readonly #surface: string
  #kept: KeptQuery | undefined
  /** The id of the answer that its reader has. */
  #told: string | undefined

  constructor(source: QuerySource, options: SubscribeOptions, onEnd: () => void) {
    super(options, onEnd)
    this.#source = source
    this.#surface = options.surface
    this.#told = options.lastId
  }

  get position(): string | undefined {
    return this.#told
  }

  /** Waits for the first answer. @returns why there is none */
  async begin(): Promise<readonly AnyFailure[] | undefined> {
    const query = this.#join()
    while (!query.answer && !query.errors && !this.isOver) await this.woken()
    return query.errors
  }

  protected admit(): undefined {
    // With what it may do now it shares the answers of others; whether it may ask at all is told by the query.
    const before = this.#kept
    this.#join()
    if (before && before !== this.#kept) this.#source.queries.leave(before, this.wake)
  }

  protected take(): LiveMessage | undefined {
    const { answer, errors } = this.#kept!.query
    if (errors) return { kind: 'errors', errors }
    if (!answer || answer.id === this.#told) return undefined
    this.#told = answer.id
    return answer
  }

  protected release(): void {
    if (this.#kept) this.#source.queries.leave(this.#kept, this.wake)
    this.#kept = undefined
  }

  protected failureOf(thrown: unknown): Failure {
    if (thrown instanceof Failure) return thrown
    return internal(this.#source.app, `a subscription to ${this.#source.command.name} errored`, thrown)
  }

  #join() {
    const { app, queries, command, input, from } = this.#source
    const { as, tenant, from: fromCaller = from } = this.caller.current
    const own = { as, tenant: app.tenantOf({ as, tenant }), from: fromCaller === 'text' ? 'text' : 'json' } as const
    this.#kept = queries.join({ command, input, surface: this.#surface, ...own }, this.wake)
    return this.#kept.query
  }
}
