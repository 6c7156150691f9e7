import { Defect, type OpenApp, type Part, type PartHealth, type Ports } from '@heddle/core'
import { DataTransactions, PipelineRecord } from '@heddle/data'
import { askedApp } from './asked-app.ts'
import { JobLife } from './job-life.ts'
import { JobStore } from './job-store.ts'
import { JobWatch } from './job-watch.ts'
import { Meter } from './meter.ts'
import type { Job } from './job.ts'
import { openTask } from './open-task.ts'
import { type ReadyJob, readyJob } from './ready-job.ts'
import { openShadow } from './rebuild/shadow-task.ts'
import { silenceOf } from './silence.ts'
import { modulesOf, openThreadShadow, openThreadTask } from './thread/thread-task.ts'

/** What a job is given by its app. */
export interface JobHost {
  readonly app: OpenApp
  readonly ports: Ports
  readonly root: string
  readonly folder: string
  readonly tenant: string
}

/** A job in an app that is open. */
export interface JobInstance extends Part {
  readonly job: Job
  readonly life: JobLife | undefined
  readonly store: JobStore
  /** How many records a second there are; missing before it starts. */
  readonly meter: Meter | undefined
  /** What this process counted of it; missing before it starts. */
  readonly watch: JobWatch | undefined
  /** Whether somebody paused its pipeline. */
  isPaused(): Promise<boolean>
  /** Where it runs: what its sources and sinks are opened with. @throws {Defect} MissingPart before the app has started */
  place(): JobHost
  /** Runs another plan from the next checkpoint on. */
  exchange(job: Job): void
}

/** Whether a part is a job in an app that is open. */
export const isJobInstance = (part: Part): part is JobInstance => 'life' in part && 'job' in part && 'exchange' in part

/** Whether a job is at work, or may begin at any moment. One whose row says that it rests only closes what it had open. */
export const isAtWork = ({ life }: JobInstance, state: string | undefined, isPaused: boolean): boolean =>
  state !== 'ended' && state !== 'failed' && (life?.task !== undefined || (state === 'running' && !isPaused))

/** A job in an app: nothing runs before the app starts. */
export function jobInstance(declared: Job, { isKept }: { readonly isKept: boolean }): JobInstance {
  let running = declared
  let app: OpenApp
  let store: JobStore
  let life: JobLife | undefined
  let meter: Meter | undefined
  let watch: JobWatch | undefined
  let host: JobHost | undefined
  let made: { readonly of: Job; readonly ready: ReadyJob } | undefined

  return {
    ...declared,
    instance: undefined,
    get job() {
      return running
    },
    get life() {
      return life
    },
    get store() {
      return store
    },
    get meter() {
      return meter
    },
    get watch() {
      return watch
    },
    isPaused,
    opened(opened) {
      app = opened
      for (const { name } of declared.assembled.calls.values()) {
        if (!app.commands.has(name))
          throw new Defect('MissingPart', { name: declared.name, missing: `the command ${name}` })
      }
      const { transactions } = app.ports
      if (!(transactions instanceof DataTransactions)) {
        throw new Defect('MissingPart', { name: declared.name, missing: 'a database' })
      }
      store = new JobStore(transactions.database, declared.options.tenant ?? 'main', app.ports)
    },
    async start({ ports, folder, root, module }) {
      if (onThread(declared)) modulesOf(declared, module)
      host = { app, ports, root, folder, tenant: declared.options.tenant ?? 'main' }
      if (declared.options.autostart === false && !(await store.read(declared.name))) {
        const { name, hash } = declared
        const facts = { generation: 1, steps: {}, because: 'it waits to be resumed' }
        await store.put({ name, plan: hash, state: 'ended', checkpoint: undefined, facts })
      }
      watch = new JobWatch(declared.name, ports)
      life = new JobLife({
        app,
        ports,
        store,
        root,
        folder,
        isKept,
        open: (of, opening) => (onThread(of.job) ? openThreadTask(of.job, opening, module) : openTask(of, opening)),
        openShadow: (of, opening, following) =>
          onThread(of.job) ? openThreadShadow(of.job, opening, following, module) : openShadow(of, opening, following),
        ready,
        isPaused,
        watch,
      })
      meter = new Meter(ports.timers, () => life?.task)
    },
    place() {
      if (!host) throw new Defect('MissingPart', { name: declared.name, missing: 'an app that has started' })
      return host
    },
    exchange(job) {
      running = job
      life?.poke()
    },
    health(): PartHealth {
      const trouble = life?.trouble ?? silenceOf({ job: running, life })?.text ?? life?.rebuilding?.because
      return { ok: trouble === undefined, detail: trouble === undefined ? {} : { trouble } }
    },
    drain: () => life?.drain(),
    stop() {
      meter?.stop()
      return life?.stop()
    },
  }

  /** Pipelines are paused by a row of their own, so that no checkpoint overwrites it. */
  async function isPaused(): Promise<boolean> {
    const { table, codec } = PipelineRecord
    const [row] = await store.database.read(table, 'main', [declared.name])
    return row !== undefined && (codec.decode(row) as { paused: boolean }).paused
  }

  /** What is simulated runs on one thread. */
  function onThread({ plan }: Job): boolean {
    return plan.place === 'thread' && isKept
  }

  function ready(): ReadyJob {
    if (made?.of === running) return made.ready
    const { name, entities, options } = running
    const host = {
      job: name,
      app: askedApp(app, options.tenant ?? 'main'),
      entity: (one: string) => entities.get(one)!,
    }
    made = { of: running, ready: readyJob(running, host) }
    return made.ready
  }
}
