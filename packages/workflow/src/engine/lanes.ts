import type { Condition } from '@heddle/data'
import type { Gate, Place } from '../queue/place.ts'
import { laneParts, pastQueue, pastTenant, type StoredRun } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'
import { Turns } from './turns.ts'

/** How many runs of one lane are read at a time. */
const pageLimit = 64
/** How many runs of one queue are held in memory until their turn; the others stay in the database (limit `queue.held`). */
const heldLimit = 2048
/** How many lanes of one tenant are read in one look, the others in later ones. */
const tenantLanes = 16

/** What lanes need of the engine. */
export interface LanesHost {
  /** How many more runs may begin. */
  room(): number
  /** What limits a queue, if something does. */
  gate(queue: string): Gate | undefined
  /**
   * Begins a run, or another one of its lane where others take from that as well. Says whether there was one; then the place is
   * given back with the run.
   */
  take(stored: StoredRun, place: Place): Promise<boolean>
  /** Learns that a look went wrong. */
  failed(thrown: unknown): void
}

/** A place where nothing is limited. */
const anyPlace: Place = { fences: [], free: () => undefined }

/** One queue as this process sees it. */
interface Line {
  readonly queue: string
  readonly turns: Turns
  /** Lanes that must be read: something came to them, or a page of them is used up. */
  readonly fresh: Set<string>
  /** Whether all lanes are to be looked through. */
  all: boolean
  /** Behind which lane the next look through all goes on. */
  after: string
  /** Tenants with more lanes than were read: behind which lane the others stand. */
  readonly cursors: Map<string, string>
  pumping: boolean
  again: boolean
}

/**
 * Begins runs that are ready: queue by queue, each behind its own gate, tenants and keys of a queue in turn. Which lanes
 * there are is found by looking from one to the next in the index, so memory holds some pages at most.
 */
export class Lanes {
  readonly #store: RunStore
  readonly #host: LanesHost
  readonly #lines = new Map<string, Line>()
  readonly #inHand = new Set<string>()
  #finding = false
  #findAgain = false

  constructor(store: RunStore, host: LanesHost) {
    this.#store = store
    this.#host = host
  }

  /** Whether nobody waits for a turn in a queue, so that a new run may begin at once. */
  isFree(queue: string): boolean {
    if (this.#finding || this.#findAgain || this.#host.gate(queue)) return false
    const line = this.#lines.get(queue)
    return !line || (line.turns.size === 0 && line.fresh.size === 0 && !line.all)
  }

  /** How many runs may begin, those counted that are about to. */
  get room(): number {
    return this.#host.room() - this.#inHand.size
  }

  /**
   * There may be more that is ready.
   *
   * @param lane where; all of them where it is not known
   * @param rank its place in the lane: one before those that were read is not kept waiting for them
   */
  look(lane?: string, rank?: number): void {
    if (lane === undefined) {
      this.#findAgain = true
      if (!this.#finding) void this.#findQueues()
      return
    }
    const line = this.#line(laneParts(lane).queue)
    const { turns, fresh } = line
    if (turns.has(lane) && (rank === undefined || rank >= turns.lastRank(lane)!)) return
    turns.drop(lane)
    fresh.add(lane)
    void this.#pump(line)
  }

  /** There is room for more. */
  more(queue?: string): void {
    if (queue !== undefined) {
      const line = this.#lines.get(queue)
      if (line) void this.#pump(line)
      return
    }
    for (const line of this.#lines.values()) void this.#pump(line)
  }

  #line(queue: string): Line {
    const known = this.#lines.get(queue)
    if (known) return known
    const line: Line = {
      queue,
      turns: new Turns(),
      fresh: new Set(),
      all: false,
      after: '',
      cursors: new Map(),
      pumping: false,
      again: false,
    }
    this.#lines.set(queue, line)
    return line
  }

  /** Finds out in which queues something is ready. */
  async #findQueues(): Promise<void> {
    this.#finding = true
    try {
      while (this.#findAgain) {
        this.#findAgain = false
        let after = ''
        for (;;) {
          const head = await this.#head(after)
          if (head === undefined) break
          const { queue } = laneParts(head)
          this.#line(queue).all = true
          after = pastQueue(queue)
        }
      }
    } catch (thrown) {
      this.#host.failed(thrown)
    } finally {
      this.#finding = false
    }
    this.more()
  }

  async #pump(line: Line): Promise<void> {
    if (line.pumping) {
      line.again = true
      return
    }
    line.pumping = true
    try {
      do {
        line.again = false
        await this.#drainLine(line)
      } while (line.again)
    } catch (thrown) {
      line.all = true
      this.#host.failed(thrown)
    } finally {
      line.pumping = false
    }
  }

  async #drainLine(line: Line): Promise<void> {
    const { queue, turns, fresh } = line
    while (this.room > 0) {
      if (fresh.size > 0) await this.#readFresh(line)
      if (line.all && turns.size < heldLimit / 2) await this.#readAll(line)
      if (turns.size === 0) {
        if (line.all || fresh.size > 0) continue
        return
      }
      // Whether the queue is paused may change while it is drained.
      const gate = this.#host.gate(queue)
      const entered = gate ? await gate.enter() : anyPlace
      if (!entered) return
      const next = turns.next()
      if (!next) {
        entered.free()
        continue
      }
      // There may be more in a lane of which everything that was read is used up.
      if (next.isLast) fresh.add(next.stored.run.lane!)
      void this.#begin(line, next.stored, entered)
    }
  }

  async #begin(line: Line, stored: StoredRun, place: Place): Promise<void> {
    const { id, lane } = stored.run
    this.#inHand.add(id)
    try {
      if (await this.#host.take(stored, place)) return
      // Somebody else has it, or it has changed and still waits.
      place.free()
      line.fresh.add(lane!)
    } catch (thrown) {
      place.free()
      line.fresh.add(lane!)
      this.#host.failed(thrown)
    } finally {
      this.#inHand.delete(id)
      void this.#pump(line)
    }
  }

  async #readFresh({ turns, fresh, cursors, queue }: Line): Promise<void> {
    const lanes = [...fresh]
    fresh.clear()
    for (const lane of lanes) {
      await this.#readLane(turns, lane)
      const { tenant } = laneParts(lane)
      const cursor = cursors.get(tenant)
      if (cursor === undefined) continue
      const next = await this.#head(cursor)
      const parts = next === undefined ? undefined : laneParts(next)
      if (parts?.queue !== queue || parts.tenant !== tenant) cursors.delete(tenant)
      else {
        cursors.set(tenant, next!)
        await this.#readLane(turns, next!)
      }
    }
  }

  /** Looks through the lanes of a queue: some of each tenant, whose others follow as these are used up. */
  async #readAll(line: Line): Promise<void> {
    const { queue, turns, cursors } = line
    const begin = `${queue}\n`
    const isWhole = line.after === ''
    let after = isWhole ? begin : line.after
    let tenant: string | undefined
    let ofTenant = 0
    while (turns.size < heldLimit) {
      const lane = await this.#head(after)
      if (lane === undefined || laneParts(lane).queue !== queue) {
        // The end. What stands before the place where this look began has its turn now.
        line.all = !isWhole
        line.after = ''
        return
      }
      const parts = laneParts(lane)
      ofTenant = parts.tenant === tenant ? ofTenant + 1 : 1
      tenant = parts.tenant
      await this.#readLane(turns, lane)
      after = lane
      if (ofTenant < tenantLanes) continue
      cursors.set(tenant, lane)
      after = pastTenant(queue, tenant)
    }
    line.after = after
  }

  async #readLane(turns: Turns, lane: string): Promise<void> {
    if (turns.has(lane)) return
    const where: Condition = { kind: 'compare', column: 'lane', by: 'eq', value: lane }
    // Those that are about to begin may still stand there.
    const page = await this.#store.across('lane', where, pageLimit + this.#inHand.size)
    if (turns.has(lane)) return
    turns.add(
      lane,
      page.filter(({ run }) => !this.#inHand.has(run.id)),
    )
  }

  /** The first lane behind a text. */
  async #head(after: string): Promise<string | undefined> {
    const [head] = await this.#store.across('lane', above('lane', after), 1)
    return head?.run.lane
  }
}

const above = (column: string, value: string): Condition => ({ kind: 'compare', column, by: 'gt', value })
