import { DataTransactions } from '@heddle/data'
import type { Labels, OpenApp, Ports } from '@heddle/core'
import { restingByState, runningByQueue, waitingLanes } from '../queue/waiting.ts'

/** For how long a count is good, in milliseconds. */
const goodForMs = 5000
/** It is good for so many times as long as it took, so that counting takes a small share of the time. */
const restFactor = 20
/** How long whoever reads waits for a count, in milliseconds; then he is told what the one before found. */
const patienceMs = 2000

/** What was counted at one time. */
interface Counts {
  readonly states: ReadonlyMap<string, number>
  readonly waiting: ReadonlyMap<string, { readonly waiting: number; readonly oldest: number }>
}

const nothing: Counts = { states: new Map(), waiting: new Map() }

/**
 * Gauges of all runs that are open, in the database and not in this process alone. They are counted in the indexes of open
 * runs when somebody reads them, and what was counted is kept for a while.
 */
export function countRuns({ app, ports }: { readonly app: OpenApp; readonly ports: Ports }): void {
  const { metrics } = ports.telemetry
  const { transactions } = app.ports
  if (!metrics || !(transactions instanceof DataTransactions)) return
  const { database } = transactions
  const { clock, timers, log } = ports
  let counts = nothing
  let goodUntil = 0
  let counting: Promise<void> | undefined

  const byQueue = (value: (of: { waiting: number; oldest: number }) => number) =>
    Array.from(counts.waiting, ([queue, of]): [Labels, number] => [{ queue }, value(of)])
  metrics.gauge('heddle_runs', 'Open runs, in all processes.', () =>
    Array.from(counts.states, ([state, value]): [Labels, number] => [{ state }, value]),
  )
  metrics.gauge('heddle_queue_waiting', 'Runs that wait for their turn.', () => byQueue(({ waiting }) => waiting))
  metrics.gauge('heddle_queue_oldest_seconds', 'How long the run has waited for its turn that came first.', () =>
    byQueue(({ oldest }) => Math.max(0, clock.now() - oldest) / 1000),
  )
  metrics.prepare(async () => {
    if (clock.now() < goodUntil) return
    counting ??= count().finally(() => (counting = undefined))
    let cancel = () => {}
    const tired = new Promise<void>((resolve) => (cancel = timers.after(patienceMs, resolve, { background: true })))
    await Promise.race([counting, tired])
    cancel()
  })

  async function count(): Promise<void> {
    const from = clock.now()
    try {
      counts = await countedIn(database, counts)
    } catch (thrown) {
      log.write('warning', 'open runs could not be counted', { reason: String((thrown as Error).message) })
    }
    const now = clock.now()
    goodUntil = now + Math.max(goodForMs, (now - from) * restFactor)
  }
}

async function countedIn(database: DataTransactions['database'], before: Counts): Promise<Counts> {
  const lanes = await waitingLanes(database)
  const running = await runningByQueue(database)
  const resting = await restingByState(database)
  // What has been told stays, as 0: a series that ends says nothing.
  const states = new Map([...before.states.keys(), ...openStates].map((state) => [state, resting.get(state) ?? 0]))
  const waiting = new Map([...before.waiting.keys()].map((queue) => [queue, { waiting: 0, oldest: Infinity }]))
  for (const lane of lanes) {
    const known = waiting.get(lane.queue) ?? { waiting: 0, oldest: Infinity }
    const oldest = Math.min(known.oldest, lane.oldest)
    waiting.set(lane.queue, { waiting: known.waiting + lane.waiting, oldest })
    states.set('ready', states.get('ready')! + lane.waiting)
  }
  for (const runs of running.values()) states.set('running', states.get('running')! + runs)
  return { states, waiting }
}

const openStates = ['ready', 'running', 'waiting', 'paused', 'parked', 'blocked'] as const
