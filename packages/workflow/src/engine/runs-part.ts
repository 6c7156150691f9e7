import { Defect, type Part, type PartKind, uuidV7 } from '@heddle/core'
import { DataTransactions } from '@heddle/data'
import { durationMs } from '../define/duration.ts'
import type { Duration } from '../define/types.ts'
import { queueCommands } from '../queue/commands.ts'
import { isQueue } from '../queue/queue.ts'
import { Queues } from '../queue/queues.ts'
import { scheduleCommands } from '../schedule/commands.ts'
import { isSchedule } from '../schedule/schedule-kind.ts'
import { Scheduler } from '../schedule/scheduler.ts'
import { provideScheduler } from '../schedule/schedulers.ts'
import * as operations from '../operations/index.ts'
import { runsKeptMs } from '../retention/prune-runs.ts'
import { startPruning } from '../retention/start-pruning.ts'
import { Engine } from './engine.ts'
import { provideEngine } from './engines.ts'
import { workflowsOf } from './live-workflows.ts'
import { laterCommand, sendCancel, sendSignal, startCommand } from './run-commands.ts'

const runsKind: PartKind = { name: 'runs', compare: () => [] }

/** How runs are kept going. */
export interface RunsOptions {
  /** How often a process may die with a run that gets no further, before the run is parked. @default 3 */
  readonly deaths?: number
  /**
   * How long a process may be silent before others go on with its runs, where several share a database. It renews its lease
   * after a third of it.
   *
   * @default '15s'
   */
  readonly lease?: Duration
  /** How many runs that wait are kept in memory, so that they go on without a replay. @default 5000 */
  readonly resting?: number
  /** How long runs that ended are kept, with their journals. @default '7d' */
  readonly kept?: Duration
}

/** Options of how runs are kept going, as a part of an app. */
interface RunsSettings extends Part {
  readonly options: RunsOptions
}

const settingsKind: PartKind = { name: 'runs.options', compare: () => [] }
const isSettings = (part: Part): part is RunsSettings => part.kind === settingsKind

/** The part that keeps runs going. Each workflow brings it along. */
function runsPart(): Part {
  const part: Part = {
    kind: runsKind,
    name: 'runs',
    inside: true,
    commands: [
      startCommand,
      laterCommand,
      sendSignal,
      sendCancel,
      ...Object.values(operations),
      ...queueCommands,
      ...scheduleCommands,
    ],
    describe: () => ({}),
    simulated: () => part,
    instance() {
      let engine: Engine | undefined
      let scheduler: Scheduler | undefined
      let keptMs = runsKeptMs
      let stopPruning: (() => Promise<void>) | undefined
      return {
        ...part,
        instance: undefined,
        opened(app) {
          const { transactions } = app.ports
          if (!(transactions instanceof DataTransactions)) {
            throw new Defect('MissingPart', { name: 'runs', missing: 'a database' })
          }
          const workflows = workflowsOf(app)
          const { ports } = app
          const { deaths, lease = '15s', resting, kept } = app.parts.find(isSettings)?.options ?? {}
          if (kept !== undefined) keptMs = durationMs(kept)
          const { database } = transactions
          const queues = new Queues({
            declared: app.parts.filter(isQueue),
            database,
            ports,
            holder: `${app.name} ${uuidV7(ports.clock, ports.random)}`,
            more: (queue) => engine?.roomIn(queue),
          })
          for (const { name, facts } of workflows.values()) queues.assertDeclared(name, facts.queue)
          engine = new Engine({ app, ports, database, workflows, queues, deaths, resting, leaseMs: durationMs(lease) })
          provideEngine(transactions.catalog, engine)
          const schedules = app.parts.filter(isSchedule)
          scheduler = new Scheduler(engine, new Map(schedules.map((schedule) => [schedule.name, schedule])))
          provideScheduler(transactions.catalog, scheduler)
        },
        async start({ ports }) {
          stopPruning = startPruning(engine!.store, ports, keptMs)
          await engine!.queues.begin()
          await engine!.begin()
          await scheduler!.begin()
        },
        health: () => ({ ok: true, detail: { active: engine?.executions.size ?? 0 } }),
        async drain() {
          await stopPruning?.()
          await scheduler?.stop()
          await engine?.leave()
          await engine?.queues.close()
        },
      }
    },
  }
  return part
}

/** The one that every workflow brings along. */
export const usualRuns = runsPart()

/**
 * Sets how runs are kept going. List it in the app's parts.
 *
 * @example app('shop', { parts: [placeOrder, runs({ deaths: 5, lease: '30s' })], database })
 */
export function runs(options: RunsOptions = {}): Part {
  const part: RunsSettings = {
    kind: settingsKind,
    name: 'runs',
    options,
    parts: [usualRuns],
    describe: () => ({}),
    simulated: () => part,
  }
  return part
}
