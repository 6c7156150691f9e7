// The thread of a job: imports the module of the job, opens its task, and runs it until it is asked to stop.
import { parentPort, workerData } from 'node:worker_threads'
import { type Cancel, createPorts } from '@heddle/core'
import type { Log } from '../../log/log.ts'
import type { Sink } from '../../sink/sink.ts'
import type { Source } from '../../source/source.ts'
import type { AppLog } from '../../source/topic/app-log.ts'
import type { CheckpointStore } from '../../task/checkpoint.ts'
import type { CheckpointWatch } from '../../task/task-setup.ts'
import type { SinkSpec, SourceSpec, TaskSpec } from '../../task/task-spec.ts'
import { openTask } from '../open-task.ts'
import type { PlacedTask } from '../placed-task.ts'
import { openShadow, type ShadowTask } from '../rebuild/shadow-task.ts'
import { readyJob } from '../ready-job.ts'
import { appThere, type CarriedConfig } from './app-there.ts'
import { type AtWork, tellingSteps } from './at-work.ts'
import { carriedError, carryError } from './carried-error.ts'
import type { AppDeeds, HeldRow, ThreadDeeds } from './deeds.ts'
import { findJob } from './find-job.ts'
import { remoteAside } from './remote-aside.ts'
import { remoteApp, writeThere } from './remote-app.ts'
import { remoteLog } from './remote-log.ts'
import { type Refusals, remoteSink } from './remote-sink.ts'
import { crossing, type PartitionWatchers, remoteSource } from './remote-source.ts'
import { Wire } from './wire.ts'

/** How often it is told how the task is doing (limit `thread.report`). */
const reportMs = 250

const watchers: PartitionWatchers = new Map()
const refusals: Refusals = new Map()
let task: PlacedTask | undefined
/** The same, where it builds state anew. */
let shadow: ShadowTask | undefined
/** The rows of a sink that are handed over, piece by piece. */
let held: readonly HeldRow[] = []
let running: Promise<unknown> = Promise.resolve()
let cancelReport: Cancel = () => {}

const deeds: ThreadDeeds = {
  async open(opening) {
    const declared = await findJob(opening.modules, opening.job)
    const job = declared.hash === opening.hash ? declared : declared.withPlan(opening.plan)
    const ports = createPorts({ log: writeThere(wire) })
    const ready = readyJob(job, {
      job: job.name,
      app: remoteApp(wire, ports),
      entity: (name) => job.entities.get(name)!,
    })
    const { steps, ...around } = placedHere(ready.spec, opening.config)
    const numbers = new Map(job.plan.steps.map(({ id }, at) => [id, at + 1]))
    const spec = { ...around, steps: tellingSteps(steps, job.assembled.kinds, numbers, workerData as AtWork) }
    const store: CheckpointStore = {
      commit: (commit) => wire.ask('commit', commit),
      ...(opening.takesLetters && {
        queued: (limit) => wire.ask('queued', limit),
        putBack: (letters) => wire.ask('putBack', letters),
      }),
    }
    const here = { ...opening, ports, store, watch }
    const { reach } = opening
    if (reach) {
      const following = { reach, onReached: () => wire.tell('reached'), aside: new Map() }
      task = shadow = await openShadow({ ...ready, spec }, here, following)
    } else task = await openTask({ ...ready, spec }, here)
    const report = () => {
      tellReport()
      cancelReport = ports.timers.after(reportMs, report, { background: true })
    }
    report()
  },
  async run() {
    const run = task!.run()
    running = run.catch(() => undefined)
    try {
      return await run
    } finally {
      tellReport()
    }
  },
  stop: () => task?.stop(),
  replay: () => task?.replay?.(),
  abort: (cause) => task?.abort(carriedError(cause)),
  async close() {
    cancelReport()
    await running
    await task?.close()
  },
  follow: (reach) => shadow?.follow(reach),
  async held(checkpoint, sink, from) {
    if (from === 0) held = [...(await shadow!.held(checkpoint, sink))]
    return held.slice(from, from + crossing)
  },
  partitionsChanged: (source) => watchers.get(source)?.(),
  refused: (sink, record, errors) => refusals.get(sink)?.(record, errors),
}

// What fails where nobody waits for it ends the task.
const wire = new Wire<AppDeeds>(parentPort!, deeds, (thrown) => task?.abort(thrown))

/** What needs the app is opened over there; all else is opened here, with the log of the app. */
function placedHere({ sources, sinks, ...spec }: TaskSpec, config: CarriedConfig): TaskSpec {
  let opened: Promise<Log> | undefined
  const log: AppLog = { get: () => (opened ??= remoteLog(wire)) }
  const around = (name: string) => ({ log, app: appThere(spec.job, name, config) })
  const source = ({ name, source: own }: SourceSpec): Source =>
    own.needsApp === true
      ? remoteSource(own, name, wire, watchers)
      : { ...own, open: (host) => own.open({ ...host, ...around(name) }) }
  const sink = ({ name, sink: own }: SinkSpec): Sink => ({
    ...(own.needsApp === true
      ? remoteSink(own, name, wire, refusals)
      : { ...own, open: (host) => own.open({ ...host, ...around(name) }) }),
    ...(own.aside && { aside: aside(name, own) }),
  })
  const aside = (name: string, own: Sink): NonNullable<Sink['aside']> =>
    own.asideInApp === true ? remoteAside(name, wire) : (host, rows) => own.aside!({ ...host, ...around(name) }, rows)
  return {
    ...spec,
    sources: sources.map((one) => ({ ...one, source: source(one) })),
    sinks: sinks.map((one) => ({ ...one, sink: sink(one) })),
  }
}

function tellReport(): void {
  if (task) wire.tell('does', task.report, task.counts)
}

const watch: CheckpointWatch = {
  async checkpoint(epoch, make) {
    wire.tell('checkpointBegins', epoch)
    try {
      const made = await make()
      wire.tell('checkpointEnds', epoch, made, undefined)
      return made
    } catch (thrown) {
      wire.tell('checkpointEnds', epoch, undefined, carryError(thrown))
      throw thrown
    }
  },
}
