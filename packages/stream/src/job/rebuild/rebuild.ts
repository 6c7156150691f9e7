import { CommitConflict, Defect, sleep } from '@heddle/core'
import { pauseMs, type Write } from '@heddle/data'
import type { Key } from '../../record/record.ts'
import type { AsideSink } from '../../sink/aside.ts'
import type { Checkpoint, CheckpointCommit, CheckpointStore } from '../../task/checkpoint.ts'
import type { TaskEnd } from '../../task/task.ts'
import { failureOf, isFinal, troubleOf } from '../job-trouble.ts'
import type { JobFacts, KeptJob } from '../job-record.ts'
import type { JobLifeSetup } from '../job-life.ts'
import type { ReadyJob } from '../ready-job.ts'
import { silenceOfTask } from '../silence.ts'
import type { AsideSinks } from './shadow-sinks.ts'
import type { Reach, ShadowTask } from './shadow-task.ts'

/** How often it begins anew after a failure without getting further, before it is given up (limit `job.attempts`). */
const attemptLimit = 10

/** How often the commit with which a plan takes over is tried after conflicts (limit `job.conflicts`). */
const conflictLimit = 5

/** What a rebuild works with. */
export interface RebuildSetup extends Pick<
  JobLifeSetup,
  'app' | 'ports' | 'store' | 'root' | 'folder' | 'isKept' | 'openShadow'
> {
  readonly ready: ReadyJob
  readonly facts: JobFacts
  /** Where it goes on. */
  readonly restored: Checkpoint | undefined
  /** Keeps its checkpoints. */
  readonly checkpoints: CheckpointStore
  /** How far the plan that runs has read. */
  readonly reached: Checkpoint
}

/** How it came out: everything was read up to where the other plan rests; it was asked to stop; or it failed for good. */
export type RebuildEnd = 'whole' | 'stopped' | 'failed'

/** How far a rebuild is. */
export interface RebuildProgress {
  readonly plan: string
  /** How many records it has read. */
  readonly records: number
  /** How many there are until it is where the job is. */
  readonly of: number
  /** Why it does not go on. */
  readonly because?: string
}

/**
 * Builds the state of another plan anew, beside the one that runs: from the beginning of the sources to where that one is, which it
 * never overtakes. Once it is near, that one comes to rest at a checkpoint, and it reads up to exactly there.
 *
 * Whether it comes nearer is looked at in rounds, of which each is what the other one read during the one before. Where a round is
 * not half as long as the one before, it would not end soon, or never: then the other one rests too.
 *
 * Source: Clark et al., Live Migration of Virtual Machines, 2005, whose memory is copied in such rounds.
 */
export class Rebuild {
  /** Settles once the other plan should come to rest. */
  readonly near: Promise<void>
  isNear = false
  /** Settles once it is given up. */
  readonly failed: Promise<void>
  /** What it failed with for good. */
  failure: { readonly cause: unknown } | undefined
  /** Its newest checkpoint. */
  checkpoint: Checkpoint | undefined
  readonly #setup: RebuildSetup
  readonly #stopping = new AbortController()
  readonly #aside: AsideSinks = new Map()
  #tellNear: () => void = () => {}
  #tellFailed: () => void = () => {}
  /** How far it may read. */
  #reach: Reach
  #round: { readonly end: number; readonly gap: number }
  #task: ShadowTask | undefined
  #running: Promise<RebuildEnd> | undefined

  constructor(setup: RebuildSetup) {
    const { restored, reached } = setup
    this.#setup = setup
    this.#reach = reachOf(reached, false)
    this.checkpoint = restored
    this.near = new Promise((resolve) => (this.#tellNear = resolve))
    this.failed = new Promise((resolve) => (this.#tellFailed = resolve))
    const end = this.#total(reached.lanes)
    this.#round = { end, gap: end - this.#total(restored?.lanes) }
  }

  /** Which state file it has. */
  get generation(): number {
    return this.#setup.facts.generation
  }

  get progress(): RebuildProgress {
    const { ready } = this.#setup
    const task = this.#task
    const partitions = task?.report.sources.flatMap((source) => source.partitions) ?? []
    const read = partitions.reduce((sum, { offset }) => sum + offset, 0)
    const because = this.failure
      ? troubleOf(this.failure.cause)
      : task && silenceOfTask(task, ready.settings.silenceMs)?.text
    return {
      plan: ready.hash,
      // What it tells is of a moment ago, or of nothing yet.
      records: Math.max(read, this.#total(this.checkpoint?.lanes)),
      of: this.#total(this.#reach.places),
      ...(because !== undefined && { because }),
    }
  }

  /** Reads behind the other plan. */
  begin(): void {
    this.#running ??= this.#run(attemptLimit)
  }

  /** The other plan has made a checkpoint. */
  follow(checkpoint: Checkpoint): void {
    this.#follow(reachOf(checkpoint, false))
  }

  /** The other plan rests: reads up to where it is. */
  finish(checkpoint: Checkpoint): Promise<RebuildEnd> {
    this.#follow(reachOf(checkpoint, true))
    return (this.#running ??= this.#run(1))
  }

  /** Makes a checkpoint and ends. */
  stop(): void {
    this.#stopping.abort()
    this.#task?.stop()
  }

  /** Ends at once, without a checkpoint. */
  abort(cause: unknown): void {
    this.#stopping.abort()
    this.#task?.abort(cause)
  }

  /**
   * Puts the plan in the place of the other one: its checkpoint, its rows, and what it needs no more, in one commit.
   *
   * @param kept the other one, at rest
   * @throws {Failure} LeaseLost
   */
  async takeOver(kept: KeptJob, fences: Parameters<JobLifeSetup['store']['takeOver']>[3]): Promise<void> {
    const { ready, facts, store } = this.#setup
    const checkpoint = this.#joined(kept.checkpoint!)
    const shown = await this.#shown(checkpoint)
    const lastEpoch = Math.max(checkpoint.epoch, kept.checkpoint!.epoch, kept.facts.lastEpoch ?? 0)
    const { of: _, ...own } = facts
    const job = { name: ready.name, plan: ready.hash, state: kept.state, checkpoint, facts: { ...own, lastEpoch } }
    for (let attempt = 1; ; attempt++) {
      const writes: Write[] = []
      for (const { aside, held } of shown) writes.push(...((await aside.writes?.(held)) ?? []))
      try {
        await store.takeOver(job, ready.settings.checkpoints, writes, fences)
        break
      } catch (thrown) {
        if (!(thrown instanceof CommitConflict) || attempt === conflictLimit) throw thrown
      }
    }
    for (const { aside } of shown) aside.shown?.()
  }

  /** Ends, and closes everything. */
  async close(): Promise<void> {
    this.stop()
    await this.#running
    await this.#closeTask()
  }

  async #run(attempts: number): Promise<RebuildEnd> {
    const { signal } = this.#stopping
    const { ports, ready } = this.#setup
    let failures = 0
    let epoch = 0
    while (!signal.aborted) {
      try {
        return await this.#read()
      } catch (thrown) {
        if (signal.aborted) break
        const reached = this.checkpoint?.epoch ?? 0
        failures = reached > epoch ? 1 : failures + 1
        epoch = reached
        if (isFinal(thrown) || failures >= attempts) {
          this.failure = { cause: thrown }
          this.#tellFailed()
          return 'failed'
        }
        const { name: job } = ready
        const text = `The new state of ${job} is built on after an interruption: ${troubleOf(thrown)}`
        ports.log.write('warning', text, { job, code: failureOf(thrown)?.code })
        await sleep(ports.timers, pauseMs(failureOf(thrown)?.retry ?? 'later', failures), signal).catch(() => undefined)
      }
    }
    return 'stopped'
  }

  /** One life of its task, which stays open where it has read everything: it has the rows with which its plan takes over. */
  async #read(): Promise<RebuildEnd> {
    const { ready, facts, isKept, app, ports, root, folder, store, openShadow } = this.#setup
    const { generation, calls = generation } = facts
    this.#aside.clear()
    const place = { tenant: store.tenant, generation, calls, ports, app, root, folder, isKept }
    const opening = {
      ...place,
      store: { commit: (commit: CheckpointCommit) => this.#commit(commit) },
      restored: this.checkpoint,
      signal: this.#stopping.signal,
    }
    const following = { reach: this.#reach, onReached: () => this.#isNearNow(), aside: this.#aside }
    const task = await openShadow(ready, opening, following)
    this.#task = task
    let end: TaskEnd = 'stopped'
    try {
      // The other plan went on while it was opened.
      task.follow(this.#reach)
      if (this.#stopping.signal.aborted) task.stop()
      end = await task.run()
    } finally {
      if (end === 'stopped') await this.#closeTask()
    }
    if (end === 'stopped') return 'stopped'
    this.#isNearNow()
    return 'whole'
  }

  async #commit(commit: CheckpointCommit): Promise<void> {
    await this.#setup.checkpoints.commit(commit)
    this.checkpoint = commit.checkpoint
    const read = this.#total(commit.checkpoint.lanes)
    if (read < this.#round.end) return
    const end = this.#total(this.#reach.places)
    const gap = end - read
    if (gap > this.#round.gap / 2) this.#isNearNow()
    this.#round = { end, gap }
  }

  #follow(reach: Reach): void {
    this.#reach = reach
    this.#task?.follow(reach)
  }

  #isNearNow(): void {
    this.isNear = true
    this.#tellNear()
  }

  /** How many records were read, of the sources of this plan. */
  #total(lanes: Checkpoint['lanes'] | undefined): number {
    const partitions = this.#setup.ready.spec.sources.flatMap(({ name }) => Object.values(lanes?.[name] ?? {}))
    return partitions.reduce((sum, { offset }) => sum + offset, 0)
  }

  /** The checkpoint from which the plan goes on: its own, with what sinks that tell what came have of the other one. */
  #joined(other: Checkpoint): Checkpoint {
    const own = this.checkpoint
    if (!own) throw new Defect('InvalidDefinition', { name: this.#setup.ready.name, reason: 'it has no checkpoint' })
    const staged = { ...own.staged }
    const counts: Record<string, number> = { ...own.counts, letters: other.counts.letters ?? 0 }
    for (const { name, sink } of this.#setup.ready.spec.sinks) {
      if (sink.delivery === 'staged' && other.staged[name] !== undefined) staged[name] = other.staged[name]
      if (!sink.aside) counts[`sink ${name}`] = other.counts[`sink ${name}`] ?? 0
    }
    return { ...own, staged, counts }
  }

  /** The sinks that show something when the plan takes over, with the rows that they have put aside. */
  async #shown(checkpoint: Checkpoint): Promise<{ readonly aside: AsideSink; readonly held: Map<Key, string> }[]> {
    const { ready, facts, app, ports, root, folder, store } = this.#setup
    const shown = []
    for (const { name, schema, sink } of ready.spec.sinks) {
      if (!sink.aside) continue
      const held = await this.#task!.held(checkpoint, name)
      const { generation } = facts
      const { signal } = this.#stopping
      const host = { job: ready.name, name, ports, app, root, folder, schema, generation, tenant: store.tenant, signal }
      // One that was opened on another thread is opened here for what is to be done in the app.
      shown.push({ aside: this.#aside.get(name) ?? (await sink.aside(host, held)), held })
    }
    return shown
  }

  async #closeTask(): Promise<void> {
    const task = this.#task
    this.#task = undefined
    await task?.close()
  }
}

const reachOf = ({ lanes, sources, silent }: Checkpoint, isLast: boolean): Reach => ({
  places: lanes,
  isLast,
  ...(sources && { sources }),
  ...(silent && { silent }),
})
