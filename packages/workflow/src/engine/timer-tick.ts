import type { Ports } from '@heddle/core'
import { ownClaims, SecretRunRecord } from '@heddle/data'
import type { StoredRun } from '../run/run.ts'
import { decodeRun } from '../run/rows.ts'
import type { RunStore } from '../run/run-store.ts'

/** How many due runs one look takes. */
const pageLimit = 500
/** How long a look rests at least, so that what is due together is taken together. */
const restMs = 5
/** How long it waits before it looks again where the database did not answer. */
const retryMs = 1000
/** For how long a due run is one process's to claim, in milliseconds. */
const putOffMs = 10_000
/** How often it looks without being told, for what other processes wrote (limit `runs.look`). */
const longestMs = 10_000
/** The same where there are none: only a machine that has slept, or a clock that was put forward, can surprise it. */
const longestAloneMs = 3_600_000

/** What looking at the time needs of the engine. */
export interface TickHost {
  /** How many more runs may go on. */
  room(): number
  due(stored: StoredRun): Promise<void>
}

/** Brings runs on whose time has come. The database keeps all of them in order; memory holds the next moment alone. */
export class TimerTick {
  readonly #store: RunStore
  readonly #ports: Ports
  readonly #host: TickHost
  /** Runs in hand, so that one look does not take what the one before has. */
  readonly #inHand = new Set<string>()
  readonly #longestMs: number
  #next = Infinity
  #cancel: (() => void) | undefined
  #looking = false
  /** Whether something may be due for which there was no room. */
  #crowded = false
  #running = false

  constructor(store: RunStore, ports: Ports, host: TickHost) {
    this.#store = store
    this.#ports = ports
    this.#host = host
    this.#longestMs = store.database.claims === ownClaims ? longestAloneMs : longestMs
  }

  start(): void {
    this.#running = true
    this.expect(this.#ports.clock.now())
  }

  stop(): void {
    this.#running = false
    this.#next = Infinity
    this.#cancel?.()
  }

  /** There is room for more. */
  more(): void {
    if (!this.#crowded || this.#host.room() <= 0) return
    this.#crowded = false
    this.expect(this.#ports.clock.now())
  }

  /** Something is due at this time. */
  expect(atMs: number): void {
    if (!this.#running || atMs >= this.#next) return
    this.#next = atMs
    this.#cancel?.()
    if (this.#looking) return
    const delayMs = Math.min(Math.max(atMs - this.#ports.clock.now(), 0), this.#longestMs)
    this.#cancel = this.#ports.timers.after(delayMs, () => void this.#look(), { background: true })
  }

  async #look(): Promise<void> {
    this.#looking = true
    this.#next = Infinity
    const { clock, log } = this.#ports
    const limit = Math.min(pageLimit, this.#host.room())
    this.#crowded = limit <= 0
    let soonest = clock.now() + this.#longestMs
    try {
      const now = clock.now()
      // Those in hand may still stand there. How many they are is told before this look takes more.
      const wanted = this.#store.database.take ? limit : limit + this.#inHand.size
      const due = await this.#due(now, wanted)
      const fresh = due.filter(({ run }) => !this.#inHand.has(run.id))
      for (const stored of fresh) void this.#take(stored)
      // Something came to one while it was in hand, and whoever has it may have lost it to that.
      if (fresh.length < due.length) soonest = now + restMs
      if (due.length >= wanted) {
        // What is behind these is looked for when there is room for it.
        if (this.#host.room() > 0) soonest = now + restMs
        else this.#crowded = true
      } else {
        const [next] = await this.#store.across(
          'wakeAt',
          { kind: 'compare', column: 'wakeAt', by: 'gt', value: now },
          1,
        )
        if (next) soonest = Math.min(soonest, Math.max(next.run.wakeAt!.getTime(), now + restMs))
      }
    } catch (thrown) {
      log.write('warning', 'due runs could not be looked for', { reason: String((thrown as Error).message) })
      soonest = clock.now() + retryMs
    } finally {
      this.#looking = false
    }
    const next = Math.min(this.#next, soonest)
    this.#next = Infinity
    this.expect(next)
  }

  /**
   * Runs that are due. Where other processes look as well, each is put off for a while, in which it is this one's alone to
   * claim; should it die before it has, the run is due again.
   */
  async #due(now: number, limit: number): Promise<StoredRun[]> {
    const { database } = this.#store
    const where = { kind: 'compare', column: 'wakeAt', by: 'lte', value: now } as const
    if (!database.take) return this.#store.across('wakeAt', where, limit)
    const { table } = SecretRunRecord
    const order = [{ column: 'wakeAt', descending: false }]
    const set = { wakeAt: now + putOffMs }
    const rows = await database.take({ table, where, order, limit, set, before: 'wakeAt', fences: [] })
    return rows.map(({ tenant, row, before }) => {
      const run = decodeRun(row)
      return { tenant, version: row[0], run: { ...run, wakeAt: new Date(before as number) } }
    })
  }

  async #take(stored: StoredRun): Promise<void> {
    this.#inHand.add(stored.run.id)
    try {
      await this.#host.due(stored)
    } catch (thrown) {
      const reason = String((thrown as Error).message)
      this.#ports.log.write('warning', `the run ${stored.run.id} could not go on at its time`, { reason })
      this.#inHand.delete(stored.run.id)
      this.expect(this.#ports.clock.now() + retryMs)
    }
    this.#inHand.delete(stored.run.id)
  }
}
