import type { Condition } from '@heddle/data'
import type { StoredRun } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'

/** How many runs of one lane are read at a time. */
const pageLimit = 64

/** What lanes need of the engine. */
export interface LanesHost {
  /** How many more runs may begin. */
  room(): number
  /** Begins a run. Says whether it was still there. */
  take(stored: StoredRun): Promise<boolean>
}

/**
 * Begins runs that are ready, one of each lane in turn: a tenant with ten thousand of them lets the others by. Which lanes
 * there are is found by looking from one to the next in the index, so memory holds a page of each at most.
 */
export class Lanes {
  readonly #store: RunStore
  readonly #host: LanesHost
  /** Runs that were read and have not begun, by lane, in the order of the turns. */
  readonly #waiting = new Map<string, StoredRun[]>()
  readonly #inHand = new Set<string>()
  #looking: Promise<void> | undefined
  #again = false

  constructor(store: RunStore, host: LanesHost) {
    this.#store = store
    this.#host = host
  }

  /** Whether nobody waits for a turn in a queue. */
  isFree(queue: string): boolean {
    for (const lane of this.#waiting.keys()) if (lane.startsWith(`${queue}\n`)) return false
    return !this.#again || this.#waiting.size === 0
  }

  /** There may be more that is ready. */
  look(_lane?: string): void {
    this.#again = true
    this.more()
  }

  /** There is room for more. */
  more(): void {
    if (this.#looking || (!this.#again && this.#waiting.size === 0)) return
    this.#looking = this.#pump()
      .catch(() => void (this.#again = true))
      .finally(() => (this.#looking = undefined))
  }

  async #pump(): Promise<void> {
    while (this.#host.room() > 0) {
      if (this.#again) {
        this.#again = false
        await this.#find()
      }
      if (this.#waiting.size === 0) return
      for (const [lane, runs] of [...this.#waiting]) {
        if (this.#host.room() <= 0) return
        const next = runs.shift()
        if (next) void this.#begin(next)
        if (runs.length > 0) continue
        this.#waiting.delete(lane)
        // There may be more in a lane of which a whole page was read.
        if (next) this.#again = true
      }
    }
  }

  async #begin(stored: StoredRun): Promise<void> {
    const { id } = stored.run
    this.#inHand.add(id)
    try {
      await this.#host.take(stored)
    } finally {
      this.#inHand.delete(id)
      this.more()
    }
  }

  /** Reads a page of each lane that has none in memory. */
  async #find(): Promise<void> {
    let after = ''
    for (;;) {
      const [head] = await this.#store.across('lane', above('lane', after), 1)
      if (!head) return
      after = head.run.lane!
      if (this.#waiting.has(after)) continue
      const page = await this.#store.across(
        'lane',
        { kind: 'compare', column: 'lane', by: 'eq', value: after },
        pageLimit,
      )
      const fresh = page.filter(({ run }) => !this.#inHand.has(run.id))
      if (fresh.length > 0) this.#waiting.set(after, fresh)
    }
  }
}

const above = (column: string, value: string): Condition => ({ kind: 'compare', column, by: 'gt', value })
