import { clockMs, toMs } from './host.ts'
import type { QueryOptions, QuerySource } from './queries.ts'
import type { AnyCommand, AnyFailure, Outcome } from './types.ts'

/** What is known of the answer of a query. */
export interface QueryState<Value, Errors> {
  /** The newest outcome; undefined before the first. */
  readonly outcome: Outcome<Value, Errors> | undefined
  /** The newest value, with what is expected of calls that run; kept when a later call fails. */
  readonly value: Value | undefined
  readonly isLoading: boolean
  /** Whether a new answer is due. */
  readonly isStale: boolean
}

/** A query whose answer is kept and shared by all who ask for it. */
export interface Query<Value, Errors> {
  /** What is known now: the same object until something changes. */
  state(): QueryState<Value, Errors>
  /** The answer that is kept, where it is new enough; else that of one call, which all who ask meanwhile share. */
  get(): Promise<Outcome<Value, Errors>>
  /** Asks anew. */
  refresh(): Promise<Outcome<Value, Errors>>
  /** Called back when the state is another. While somebody listens, a dirty answer is asked for anew. Returns the way to stop. */
  subscribe(heard: () => void): () => void
  /**
   * Shows what a call will most likely change, until it has: the change is taken back when the call fails, and gives way
   * to the next answer when it succeeds.
   *
   * @example await account.meanwhile(client.call(deposit, { id, cents }), (old) => old && { ...old, cents: old.cents + cents })
   */
  meanwhile<Result extends { readonly ok: boolean }>(
    call: Promise<Result>,
    update: (value: Value | undefined) => Value | undefined,
  ): Promise<Result>
}

type Update = (value: unknown) => unknown

/** One query with one input. */
export class CachedQuery implements Query<unknown, AnyFailure> {
  readonly #source: QuerySource
  readonly #command: AnyCommand
  readonly #input: unknown
  readonly #options: QueryOptions
  readonly #listeners = new Set<() => void>()
  readonly #updates = new Set<Update>()
  /** Updates that the next answer has in it. */
  readonly #settled = new Set<Update>()
  #outcome: Outcome<unknown> | undefined
  #good: unknown
  #asked: Promise<Outcome<unknown>> | undefined
  /** Counts what makes answers old, so that one that was asked for before is not taken for new. */
  #age = 0
  #freshUntil = -Infinity
  #live: AbortController | undefined
  #state: QueryState<unknown, AnyFailure> | undefined

  constructor(source: QuerySource, command: AnyCommand, input: unknown, options: QueryOptions) {
    this.#source = source
    this.#command = command
    this.#input = input
    this.#options = options
  }

  get name(): string {
    return this.#command.name
  }
  get isHeard(): boolean {
    return this.#listeners.size > 0
  }

  state(): QueryState<unknown, AnyFailure> {
    return (this.#state ??= {
      outcome: this.#outcome,
      value: [...this.#updates].reduce((value, update) => update(value), this.#good),
      isLoading: this.#asked !== undefined || (this.#live !== undefined && this.#outcome === undefined),
      isStale: this.#isStale(),
    })
  }

  async get(): Promise<Outcome<unknown>> {
    if (this.#outcome?.ok && !this.#isStale()) return this.#outcome
    return this.#asked ?? this.refresh()
  }

  refresh(): Promise<Outcome<unknown>> {
    const age = this.#age
    const asked = this.#source.ask(this.#command, this.#input).then((outcome) => {
      if (this.#asked !== asked) return outcome
      this.#asked = undefined
      this.#take(outcome, age)
      return outcome
    })
    this.#asked = asked
    this.#tell()
    return asked
  }

  subscribe(heard: () => void): () => void {
    // A set would take one function twice for one listener.
    const listener = () => heard()
    this.#listeners.add(listener)
    if (this.#options.live) this.#follow()
    else if (this.#isStale() && !this.#asked) void this.refresh()
    return () => {
      this.#listeners.delete(listener)
      if (!this.isHeard) this.#unfollow()
    }
  }

  async meanwhile<Result extends { readonly ok: boolean }>(call: Promise<Result>, update: Update): Promise<Result> {
    const own: Update = (value) => update(value)
    this.#updates.add(own)
    this.#tell()
    try {
      const result = await call
      if (result.ok && this.#asked) {
        // A call that succeeded made this stale; what comes next has what it changed.
        this.#settled.add(own)
        await this.#asked
      }
      return result
    } finally {
      if (this.#updates.delete(own)) this.#tell()
    }
  }

  /** Its answer may be another now. */
  dirty(): void {
    this.#age++
    this.#freshUntil = -Infinity
    if (this.isHeard && !this.#live) void this.refresh()
    else this.#tell()
  }

  /** Somebody else asks from now on. */
  reset(): void {
    this.#outcome = undefined
    this.#good = undefined
    this.#asked = undefined
    this.#unfollow()
    this.dirty()
    if (this.isHeard && this.#options.live) this.#follow()
  }

  close(): void {
    this.#listeners.clear()
    this.#unfollow()
  }

  #isStale(): boolean {
    return clockMs() >= this.#freshUntil
  }

  #take(outcome: Outcome<unknown>, age: number): void {
    this.#outcome = outcome
    if (outcome.ok) this.#good = outcome.value
    for (const update of this.#settled) this.#updates.delete(update)
    this.#settled.clear()
    if (age === this.#age) this.#freshUntil = clockMs() + toMs(this.#options.staleAfter ?? '30s', 'staleAfter')
    this.#tell()
    if (age !== this.#age && this.isHeard && !this.#live && !this.#asked) void this.refresh()
  }

  #follow(): void {
    if (this.#live) return
    const live = (this.#live = new AbortController())
    void this.#listen(live)
  }

  async #listen(live: AbortController): Promise<void> {
    for await (const outcome of this.#source.live(this.#command, this.#input, live.signal)) {
      if (this.#live !== live) return
      this.#take(outcome, this.#age)
    }
    if (this.#live === live) this.#live = undefined
  }

  #unfollow(): void {
    this.#live?.abort()
    this.#live = undefined
  }

  #tell(): void {
    this.#state = undefined
    for (const heard of this.#listeners) heard()
  }
}
