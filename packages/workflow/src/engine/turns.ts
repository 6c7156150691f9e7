import type { StoredRun } from '../run/run.ts'
import { laneParts } from '../run/run.ts'

/** Runs of one lane that were read, the first first. */
interface Lane {
  readonly key: string
  readonly runs: StoredRun[]
}

/**
 * The order in which runs of one queue begin: tenants take turns, and within a tenant its keys do. A tenant with ten
 * thousand runs, or with ten thousand keys, has one turn in each round, like everybody else.
 */
export class Turns {
  /** Lanes by tenant. Whoever had a turn goes to the end: a map keeps the order in which keys were added. */
  readonly #tenants = new Map<string, Map<string, Lane>>()
  #size = 0

  /** How many runs wait here. */
  get size(): number {
    return this.#size
  }

  has(lane: string): boolean {
    const { tenant } = laneParts(lane)
    return this.#tenants.get(tenant)?.has(lane) ?? false
  }

  /** The rank of the last run of a lane. */
  lastRank(lane: string): number | undefined {
    return this.#tenants.get(laneParts(lane).tenant)?.get(lane)?.runs.at(-1)?.run.rank
  }

  add(lane: string, runs: readonly StoredRun[]): void {
    if (runs.length === 0) return
    const { tenant } = laneParts(lane)
    const lanes = this.#tenants.get(tenant) ?? new Map<string, Lane>()
    this.#tenants.set(tenant, lanes)
    lanes.set(lane, { key: lane, runs: [...runs] })
    this.#size += runs.length
  }

  /** Forgets what was read of a lane. */
  drop(lane: string): void {
    const { tenant } = laneParts(lane)
    const lanes = this.#tenants.get(tenant)
    const known = lanes?.get(lane)
    if (!lanes || !known) return
    this.#size -= known.runs.length
    lanes.delete(lane)
    if (lanes.size === 0) this.#tenants.delete(tenant)
  }

  /** The run whose turn it is. */
  next(): { stored: StoredRun; isLast: boolean } | undefined {
    const [first] = this.#tenants
    if (!first) return undefined
    const [tenant, lanes] = first
    const [lane] = lanes.values()
    const { key, runs } = lane!
    const stored = runs.shift()
    this.#size--
    this.#tenants.delete(tenant)
    lanes.delete(key)
    if (runs.length > 0) lanes.set(key, lane!)
    if (lanes.size > 0) this.#tenants.set(tenant, lanes)
    return { stored: stored!, isLast: runs.length === 0 }
  }
}
