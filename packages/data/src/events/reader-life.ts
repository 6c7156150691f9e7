import { type CallOptions, type Ports, sleep } from '@heddle/core'
import type { ReaderState } from './reader-state.ts'

/** One stretch of reading, from the place that was saved. */
export interface Session {
  /** Everything up to this offset is done. */
  readonly offset: number
  readonly lagMs: number | undefined
  readonly trouble: string | undefined
  /** Reads until it is stopped. Rejects when it cannot go on from where it is. */
  run(): Promise<void>
  /** Lets what runs end, and keeps the place. */
  stop(): Promise<void>
  /** Begins nothing more, and waits for nothing. */
  abandon(): void
}

/** The right to be the one that reads, until the signal aborts. */
export interface Turn {
  readonly fences: CallOptions['fences']
  readonly signal: AbortSignal
  end(): Promise<void>
}

/** What the life of a reader needs. */
export interface LifeSetup {
  readonly name: string
  readonly ports: Ports
  /** Waits for the right to read. */
  readonly turn: (stopping: AbortSignal) => Promise<Turn>
  readonly place: () => Promise<ReaderState>
  readonly session: (state: ReaderState, turn: Turn) => Session
}

/** How often a reader looks for events without being woken (limit `reader.lookAgain`). */
export const lookAgainMs = 10 * 60 * 1000

/** How long a reader waits after trouble that ended its session. */
const restMs = 1000

/** Reads for as long as the app is up: session after session, each with a turn of its own. */
export class ReaderLife {
  readonly #setup: LifeSetup
  readonly #stopping = new AbortController()
  readonly #ended: Promise<void>
  #session: Session | undefined
  #trouble: string | undefined

  constructor(setup: LifeSetup) {
    this.#setup = setup
    this.#ended = this.#live()
  }

  /** Undefined while it has no turn: then no more is known than the place that another process saved. */
  get offset(): number | undefined {
    return this.#session?.offset
  }
  get lagMs(): number | undefined {
    return this.#session?.lagMs
  }
  get trouble(): string | undefined {
    return this.#session?.trouble ?? this.#trouble
  }

  /** Ends the session, and waits for what runs in it. */
  async drain(): Promise<void> {
    this.#stopping.abort()
    await this.#ended
  }

  /** Ends without waiting. */
  stop(): void {
    this.#stopping.abort()
    this.#session?.abandon()
  }

  async #live(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        await this.#oneTurn()
        this.#trouble = undefined
      } catch (thrown) {
        if (signal.aborted) return
        const { name, ports } = this.#setup
        this.#trouble = String((thrown as Error).message)
        ports.log.write('warning', `${name} was interrupted and begins anew`, { reason: this.#trouble })
        await this.#rest()
      }
    }
  }

  async #oneTurn(): Promise<void> {
    const { turn: takeTurn, place, session: begin } = this.#setup
    const { signal } = this.#stopping
    const turn = await takeTurn(signal)
    const over = AbortSignal.any([signal, turn.signal])
    try {
      if (over.aborted) return
      const session = begin(await place(), turn)
      this.#session = session
      let stopping: Promise<void> | undefined
      const stop = () => (stopping ??= session.stop())
      over.addEventListener('abort', stop, { once: true })
      if (over.aborted) void stop()
      try {
        await session.run()
      } finally {
        await stop()
        this.#session = undefined
      }
    } finally {
      await turn.end()
    }
  }

  #rest(): Promise<void> {
    const { timers } = this.#setup.ports
    return sleep(timers, restMs, this.#stopping.signal).catch(() => undefined)
  }
}
