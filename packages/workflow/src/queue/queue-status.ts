import { QueueRecord, RunRecord, systemTenant } from '@heddle/data'
import type { Engine } from '../engine/engine.ts'
import { isQueue } from './queue.ts'
import { type Began, usedOf } from './rate-window.ts'
import { runningByQueue, type WaitingLane, waitingLanes } from './waiting.ts'

/** A queue, as operators see it. */
export interface QueueStatus {
  readonly name: string
  /** Whether this app declares it; runs of others were written by another version of the app. */
  readonly declared: boolean
  readonly paused: boolean
  readonly waiting: number
  readonly running: number
  /** Since when the run that came first waits. */
  readonly oldest?: Date
  readonly concurrency?: number
  /** How many may begin within a time, and how many have, lately. */
  readonly rate?: { readonly limit: number; readonly perMs: number; readonly used: number }
  /** How many of one tenant may wait. */
  readonly length?: number
  /** Those who have most that waits, the first first. */
  readonly tenants: Waiters[]
  /** The same of the `fairness` keys. */
  readonly keys: (Waiters & { readonly key: string })[]
}

/** Whose runs wait. */
export interface Waiters {
  readonly tenant: string
  readonly waiting: number
  readonly oldest: Date
}

/**
 * The queues of an app, and others in which runs wait: the app itself sees all, a tenant what is its own.
 *
 * @param top how many tenants and keys are told of each
 */
export async function queueStatuses(engine: Engine, tenant: string, top: number): Promise<QueueStatus[]> {
  const { queues, store, app, ports } = engine
  const isAll = seesAll(engine, tenant)
  const lanes = (await waitingLanes(store.database)).filter((lane) => isAll || lane.tenant === tenant)
  const running = isAll ? await runningByQueue(store.database) : undefined
  const declared = new Map(app.parts.filter(isQueue).map((queue) => [queue.name, queue.limits]))
  const byQueue = Map.groupBy(lanes, ({ queue }) => queue)
  const names = [...new Set([...queues.names, ...queues.pauses.names, ...byQueue.keys()])].sort()
  return Promise.all(
    names.map(async (name): Promise<QueueStatus> => {
      const waits = byQueue.get(name) ?? []
      const { concurrency, rate, length } = declared.get(name) ?? {}
      const all = joined(waits)
      return {
        name,
        declared: queues.names.includes(name),
        paused: queues.pauses.names.has(name),
        waiting: all.waiting,
        running: running ? (running.get(name) ?? 0) : await runningOf(engine, tenant, name),
        ...(waits.length > 0 && { oldest: all.oldest }),
        ...(concurrency !== undefined && { concurrency }),
        ...(rate && { rate: { ...rate, used: usedOf(await begunIn(engine, name), rate, ports.clock.now()) } }),
        ...(length !== undefined && { length }),
        tenants: most([...Map.groupBy(waits, (lane) => lane.tenant)], top, (of) => ({ tenant: of })),
        keys: most(
          waits.filter(({ fairness }) => fairness !== '').map((lane) => [lane, [lane]]),
          top,
          (lane) => ({ tenant: lane.tenant, key: lane.fairness }),
        ),
      }
    }),
  )
}

/** Whether a call in a tenant is one of the app itself, whose operators look after the queues of all. */
export const seesAll = ({ app }: Engine, tenant: string): boolean => tenant === app.self().tenant

function joined(lanes: readonly WaitingLane[]): { waiting: number; oldest: Date } {
  let [waiting, oldest] = [0, Infinity]
  for (const lane of lanes) {
    waiting += lane.waiting
    oldest = Math.min(oldest, lane.oldest)
  }
  return { waiting, oldest: new Date(oldest) }
}

/** Those with most that waits. */
const most = <Key, Told extends object>(
  groups: readonly (readonly [Key, readonly WaitingLane[]])[],
  top: number,
  tell: (key: Key) => Told,
) =>
  groups
    .map(([key, lanes]) => ({ ...tell(key), ...joined(lanes) }))
    .sort((a, b) => b.waiting - a.waiting || a.oldest.getTime() - b.oldest.getTime())
    .slice(0, top)

async function begunIn({ store: { database } }: Engine, name: string): Promise<Began> {
  const [row] = await database.read(QueueRecord.table, systemTenant, [name])
  return row ? (JSON.parse((QueueRecord.codec.decode(row) as { began: string }).began) as Began) : []
}

async function runningOf({ store: { database } }: Engine, tenant: string, queue: string): Promise<number> {
  return database.count(RunRecord.table, tenant, {
    kind: 'and',
    conditions: [
      { kind: 'compare', column: 'worker', by: 'gt', value: '' },
      { kind: 'compare', column: 'queue', by: 'eq', value: queue },
    ],
  })
}
