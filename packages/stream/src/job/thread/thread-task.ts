import { type Cancel, Defect, type Ports, stopwatchOf } from '@heddle/core'
import { Worker } from 'node:worker_threads'
import type { Key } from '../../record/record.ts'
import { logOf } from '../../source/topic/app-log.ts'
import type { Checkpoint, CheckpointCommit } from '../../task/checkpoint.ts'
import type { TaskReport } from '../../task/task-report.ts'
import type { MadeCheckpoint } from '../../task/task-setup.ts'
import type { TaskEnd } from '../../task/task.ts'
import { askedApp } from '../asked-app.ts'
import type { Job } from '../job.ts'
import type { TaskOpening } from '../open-task.ts'
import type { PlacedTask } from '../placed-task.ts'
import type { Following, Reach, ShadowTask } from '../rebuild/shadow-task.ts'
import { carryConfig } from './app-there.ts'
import { newAtWork } from './at-work.ts'
import { carriedError, carryError } from './carried-error.ts'
import type { AppDeeds, AsideDeeds, ThreadDeeds } from './deeds.ts'
import { closed, exitedWith, lostThread, silentFor, uncaught } from './lost-thread.ts'
import { servedAside } from './served-aside.ts'
import { servedLog } from './served-log.ts'
import { servedSinks } from './served-sinks.ts'
import { servedSources } from './served-sources.ts'
import { Wire } from './wire.ts'

/** A thread that is to end at once is ended where it takes longer than this. */
const abortedMs = 1000

/** Opens the task of a job on a thread of its own. @param module of the app, where it is known */
export const openThreadTask = (job: Job, opening: TaskOpening, module: string | undefined): Promise<PlacedTask> =>
  opened(new ThreadTask(job, opening), modulesOf(job, module))

/** Opens a task on a thread of its own that builds the state of a plan anew. @param module of the app, where it is known */
export const openThreadShadow = (
  job: Job,
  opening: TaskOpening,
  following: Following,
  module: string | undefined,
): Promise<ShadowTask> => opened(new ThreadTask(job, opening, following), modulesOf(job, module))

async function opened(task: ThreadTask, modules: readonly string[]): Promise<ThreadTask> {
  try {
    await task.open(modules)
    return task
  } catch (thrown) {
    await task.close()
    throw thrown
  }
}

/**
 * Where a thread looks for a job.
 *
 * @throws {Defect} NoJobThread where no module is known
 */
export function modulesOf({ name, options }: Job, module: string | undefined): string[] {
  const modules = [module, options.module].filter((one) => one !== undefined)
  if (modules.length > 0) return modules
  throw new Defect('NoJobThread', { job: name, reason: 'it is not known which module exports it' })
}

/** A task on a thread of its own. What it commits, and the sources and sinks that need the app, are dealt with here. */
class ThreadTask implements ShadowTask {
  report: TaskReport = noReport
  counts: Readonly<Record<string, number>> = {}
  readonly countsBefore: Readonly<Record<string, number>>
  readonly #job: Job
  readonly #opening: TaskOpening
  readonly #following: Following | undefined
  readonly #ports: Ports
  readonly #worker: Worker
  readonly #wire: Wire<ThreadDeeds>
  readonly #stopping = new AbortController()
  readonly #lost = Promise.withResolvers<never>()
  readonly #sources: ReturnType<typeof servedSources>
  readonly #sinks: ReturnType<typeof servedSinks>
  readonly #made = new Map<number, PromiseWithResolvers<MadeCheckpoint>>()
  #committing: Promise<unknown> = Promise.resolve()
  #isOver = false
  #isAborted = false
  /** Whether the thread has said something since it was looked last. */
  #isHeard = false
  #cancelWatch: Cancel = () => {}
  readonly #stopwatch: () => number
  readonly #atWork = newAtWork()
  /** When the thread said something last. */
  #heardAt: number

  constructor(job: Job, opening: TaskOpening, following?: Following) {
    const { ports, restored } = opening
    this.#job = job
    this.#opening = opening
    this.#following = following
    this.#ports = ports
    this.#stopwatch = stopwatchOf(ports.clock)
    this.#heardAt = this.#stopwatch()
    this.countsBefore = restored?.counts ?? {}
    this.#worker = new Worker(new URL('./job-thread.ts', import.meta.url), { name: job.name, workerData: this.#atWork })
    const { sources, sinks } = job.assembled
    this.#sources = servedSources(
      sources,
      ({ name, schema, needed, decode }) => ({ ...this.#host(name), schema, needed, decode }),
      (name) => this.#wire.tell('partitionsChanged', name),
    )
    this.#sinks = servedSinks(
      sinks,
      ({ name, schema }) => ({ ...this.#host(name), schema, generation: opening.generation }),
      (...told) => this.#wire.tell('refused', ...told),
    )
    this.#wire = new Wire<ThreadDeeds>(this.#worker, this.#deeds(), (thrown) => this.#lost.reject(thrown))
    this.#lost.promise.catch(() => undefined)
    this.#worker.on('error', (thrown: unknown) => this.#lose(uncaught(thrown)))
    this.#worker.once('exit', (code) => this.#lose(exitedWith(code)))
  }

  get silentMs(): number {
    return this.#stopwatch() - this.#heardAt
  }

  get stepAtWork(): string | undefined {
    return this.#job.plan.steps[Atomics.load(this.#atWork, 0) - 1]?.id
  }

  async open(modules: readonly string[]): Promise<void> {
    const { root, folder, tenant, generation, isKept, restored, stepsBefore, lastEpoch, store } = this.#opening
    const { name, plan, hash } = this.#job
    const { calls = generation } = this.#opening
    const place = { root, folder, tenant, generation, calls, isKept }
    const takesLetters = store.queued !== undefined
    const config = carryConfig(this.#opening.app?.config)
    const from = { config, restored, stepsBefore, lastEpoch, takesLetters, reach: this.#following?.reach }
    const { signal } = this.#opening
    const giveUp = () => this.abort(signal!.reason)
    signal?.addEventListener('abort', giveUp)
    try {
      signal?.throwIfAborted()
      const opened = this.#wire.ask('open', { modules, job: name, plan, hash, ...place, ...from })
      await Promise.race([opened, this.#lost.promise])
    } finally {
      signal?.removeEventListener('abort', giveUp)
    }
  }

  run(): Promise<TaskEnd> {
    return Promise.race([this.#wire.ask('run'), this.#lost.promise])
  }

  stop(): void {
    this.#wire.tell('stop')
    this.#watch(this.#job.assembled.settings.silenceMs)
  }

  replay(): void {
    this.#wire.tell('replay')
  }

  follow(reach: Reach): void {
    this.#wire.tell('follow', reach)
  }

  async held(checkpoint: Checkpoint, sink: string): Promise<Map<Key, string>> {
    const held = new Map<Key, string>()
    for (;;) {
      const rows = await this.#wire.ask('held', checkpoint, sink, held.size)
      if (rows.length === 0) return held
      for (const [key, row] of rows) held.set(key, row)
    }
  }

  abort(cause: unknown): void {
    this.#isAborted = true
    this.#wire.tell('abort', carryError(cause))
    this.#lost.reject(cause)
  }

  async close(): Promise<void> {
    this.#watch(this.#isAborted ? abortedMs : this.#job.assembled.settings.silenceMs)
    try {
      await this.#wire.ask('close')
    } catch {
      // It is gone, or it is ended now.
    } finally {
      this.#cancelWatch()
      this.#isOver = true
      this.#stopping.abort()
      this.#wire.end(lostThread(this.#job.name, closed))
      await this.#worker.terminate()
      await this.#committing.catch(() => undefined)
      await this.#sources.closeAll()
      await this.#sinks.closeAll()
    }
  }

  #aside(): AsideDeeds {
    const { aside = new Map() } = this.#following ?? {}
    const { sinks } = this.#job.assembled
    return servedAside(sinks, ({ name, schema }) => ({ ...this.#host(name), schema }), aside)
  }

  #host(name: string) {
    const { app, root, folder, tenant } = this.#opening
    const { signal } = this.#stopping
    return { job: this.#job.name, name, ports: this.#ports, app, root, folder, tenant, signal }
  }

  #deeds(): AppDeeds {
    const { app, tenant, store, watch } = this.#opening
    const asked = askedApp(app!, tenant)
    const { signal } = this.#stopping
    return {
      ...this.#sources,
      ...this.#sinks,
      ...this.#aside(),
      reached: () => this.#following?.onReached(),
      ...servedLog(() => logOf({ app, job: this.#job.name }), signal),
      async call(command, input, idempotencyKey) {
        const outcome = await asked.call(command, input, {
          signal,
          ...(idempotencyKey !== undefined && { idempotencyKey }),
        })
        if (outcome.ok) return { ok: true, value: outcome.value }
        return { ok: false, errors: outcome.errors.map((error) => error.toJSON()) }
      },
      row: (entity, key) => asked.row(this.#job.entities.get(entity)!, key),
      log: (severity, message, fields) => this.#ports.log.write(severity, message, fields),
      does: (report, counts) => {
        this.#isHeard = true
        this.#heardAt = this.#stopwatch()
        this.report = report
        this.counts = counts
      },
      commit: async (commit: CheckpointCommit) => {
        if (this.#isOver) throw lostThread(this.#job.name, closed)
        const committing = this.#sinks
          .writes(commit.checkpoint.epoch)
          .then((writes) => store.commit({ ...commit, writes: [...commit.writes, ...writes] }))
        this.#committing = committing
        await committing
      },
      queued: async (limit) => (await store.queued?.(limit)) ?? [],
      putBack: async (letters) => store.putBack?.(letters),
      checkpointBegins: (epoch) => {
        const made = Promise.withResolvers<MadeCheckpoint>()
        made.promise.catch(() => undefined)
        this.#made.set(epoch, made)
        watch?.checkpoint(epoch, () => made.promise).catch(() => undefined)
      },
      checkpointEnds: (epoch, made, error) => {
        const waiting = this.#made.get(epoch)
        this.#made.delete(epoch)
        if (made) waiting?.resolve(made)
        else waiting?.reject(error && carriedError(error))
      },
    }
  }

  /** Looks whether the thread, which is to end, is still there: one that says nothing for so long never comes to it. */
  #watch(limitMs: number): void {
    this.#cancelWatch()
    this.#isHeard = false
    this.#cancelWatch = this.#ports.timers.after(limitMs, () => {
      if (this.#isHeard && !this.#isAborted) this.#watch(limitMs)
      else this.#lose(silentFor(limitMs))
    })
  }

  #lose(loss: Parameters<typeof lostThread>[1]): void {
    const failure = lostThread(this.#job.name, loss, this.stepAtWork)
    for (const { reject } of this.#made.values()) reject(failure)
    this.#made.clear()
    this.#lost.reject(failure)
    this.#wire.end(failure)
  }
}

const noReport: TaskReport = {
  sources: [],
  steps: [],
  sinks: [],
  letters: 0,
  isWaitingForSink: false,
  lastCheckpoint: undefined,
}
