import type { CallOptions, Ports } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { type ReaderState, saveReader } from './reader-state.ts'
import type { SessionTimers } from './session-timers.ts'

/** How often a place is kept while events come (limits `handler.save`, `relay.save`). After a crash, what came since comes again. */
const saveMs = 1000

/** Whose place it is, and where it is kept. */
export interface PlaceOwner {
  readonly name: string
  readonly database: Database
  readonly ports: Ports
  readonly state: ReaderState
  readonly fences: CallOptions['fences']
}

/** The place of a reader of events, kept now and then while it moves. */
export class KeptPlace {
  readonly #owner: PlaceOwner
  readonly #timers: SessionTimers
  readonly #offset: () => number
  #state: ReaderState
  #isDue = false

  /** @param offset everything up to it is done by now */
  constructor(owner: PlaceOwner, timers: SessionTimers, offset: () => number) {
    this.#owner = owner
    this.#timers = timers
    this.#offset = offset
    this.#state = owner.state
  }

  /** Events were done: it is kept within a moment. */
  moved(): void {
    if (this.#isDue) return
    this.#isDue = true
    this.#timers.after(saveMs, () => {
      this.#isDue = false
      void this.keep()
    })
  }

  async keep(): Promise<void> {
    const { database, ports, name, fences } = this.#owner
    const offset = this.#offset()
    if (offset === this.#state.offset) return
    try {
      const state = { ...this.#state, offset }
      await saveReader(database, ports.clock, state, fences)
      this.#state = state
    } catch (thrown) {
      // It is kept anew with the next events.
      const reason = String((thrown as Error).message)
      ports.log.write('warning', `the place of ${name} could not be kept`, { reason })
    }
  }
}
