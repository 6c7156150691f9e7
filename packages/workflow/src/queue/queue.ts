import { Defect, type Part, type PartKind, parseDuration } from '@heddle/core'
import type { Duration } from '../define/types.ts'
import { durationMs } from '../define/duration.ts'
import type { Rate } from './rate-window.ts'

/** The greatest concurrency of a queue (limit `queue.concurrency`). */
const concurrencyLimit = 1000
/** How many runs of one tenant may wait in a queue, unless it says otherwise (limit `queue.length`). */
export const usualLength = 100_000

/** What limits the runs of a queue. */
export interface QueueOptions {
  /** How many run at a time, over all processes together. @default no limit but that of each process */
  readonly concurrency?: number
  /** How many begin within a time: never more in any span of that length, over all processes together. */
  readonly rate?: { readonly limit: number; readonly per: Duration }
  /** How many of one tenant may wait. One more is refused with `LimitReached`. @default 100,000 */
  readonly length?: number
}

/** A queue of an app. */
export interface Queue extends Part {
  readonly limits: { readonly concurrency?: number; readonly rate?: Rate; readonly length: number }
}

/** How queues are compared: their limits may change at any time. */
export const queueKind: PartKind = { name: 'queue', compare: () => [] }

/** Whether a part is a queue. */
export const isQueue = (part: Part): part is Queue => part.kind === queueKind

/** The queue of runs that name none. It has no limit of its own. */
export const defaultQueue = 'default'

/**
 * Declares a queue: runs that name it wait in it for their turn. Tenants take turns, and within a tenant the keys given as
 * `fairness`; of one tenant and key those with the greatest `priority` go first, then those that came first.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * export const mail = queue('mail', { concurrency: 5, rate: { limit: 100, per: '1m' } })
 */
export function queue(name: string, { concurrency, rate, length = usualLength }: QueueOptions = {}): Queue {
  const refuse = (reason: string) => new Defect('InvalidDefinition', { name: `the queue ${name}`, reason })
  if (!/^[\w.:-]+$/.test(name)) throw refuse('a name consists of letters, digits, ".", ":", "_" and "-"')
  if (name === defaultQueue) throw refuse('the queue of that name has no limits; give this one another name')
  if (concurrency !== undefined && !(isCount(concurrency) && concurrency <= concurrencyLimit)) {
    throw refuse(`concurrency is a whole number from 1 to ${concurrencyLimit}, not ${concurrency}`)
  }
  if (rate && !isCount(rate.limit)) throw refuse(`the limit of a rate is a whole number from 1, not ${rate.limit}`)
  if (!isCount(length)) throw refuse(`length is a whole number from 1, not ${length}`)
  const perMs = rate && perOf(rate.per, refuse)
  const limits = {
    length,
    ...(concurrency !== undefined && { concurrency }),
    ...(rate && { rate: { limit: rate.limit, perMs: perMs! } }),
  }
  const self: Queue = {
    kind: queueKind,
    name,
    limits,
    describe: () => ({ name, length, ...(concurrency && { concurrency }), ...(rate && { rate: { ...limits.rate! } }) }),
    simulated: () => self,
  }
  return self
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1

function perOf(per: Duration, refuse: (reason: string) => Defect): number {
  try {
    const ms = typeof per === 'string' ? parseDuration(per) : durationMs(per)
    if (ms >= 1) return ms
  } catch {
    // Told below, with the place where it stands.
  }
  throw refuse(`the time of a rate is written 250ms, 2s, 7d, not ${JSON.stringify(per)}`)
}
