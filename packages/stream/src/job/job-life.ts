import { type OpenApp, type Ports, sleep } from '@heddle/core'
import { pauseMs, takeTurn, type Turn, Wakeup } from '@heddle/data'
import type { TaskEnd } from '../task/task.ts'
import { asideName, type JobFacts, type KeptJob, turnName } from './job-record.ts'
import type { JobStore } from './job-store.ts'
import { failureOf, isFinal, isPutBack, troubleOf } from './job-trouble.ts'
import { leaveSinks } from './leave-sinks.ts'
import type { JobWatch } from './job-watch.ts'
import type { openTask } from './open-task.ts'
import type { PlacedTask } from './placed-task.ts'
import type { ReadyJob } from './ready-job.ts'
import { lackingNote } from './rebuild/letter-notes.ts'
import { openRebuild, recoverRested } from './rebuild/open-rebuild.ts'
import type { Rebuild, RebuildProgress } from './rebuild/rebuild.ts'
import { rebuildsState, verdictsOf } from './rebuild/rebuilds-state.ts'
import { beginningSources, checkPlaces } from './rebuild/check-places.ts'
import { hindrance, knownSources, placesOf } from './rebuild/rereads.ts'
import type { openShadow } from './rebuild/shadow-task.ts'
import { stateNotes } from './state-notes.ts'
import { removeStateFiles } from './state-files.ts'

/** How often a job begins anew after a failure without getting further, before it rests (limit `job.attempts`). */
const attemptLimit = 10

/** How long a sink that does not heed its signal is waited for at a stop (limit `job.leave`). */
const leaveMs = 2000

/** What the life of a job needs. */
export interface JobLifeSetup {
  readonly app: OpenApp
  readonly ports: Ports
  readonly store: JobStore
  readonly root: string
  readonly folder: string
  /** Whether the state is in a file. An app whose database is in memory has none. */
  readonly isKept: boolean
  /** Opens the task of the job where its plan places it. */
  readonly open: typeof openTask
  /** Opens the task that builds the state of a plan anew where that plan places it. */
  readonly openShadow: typeof openShadow
  /** The job as it is to run now: another one after a reload. */
  readonly ready: () => ReadyJob
  readonly isPaused: () => Promise<boolean>
  readonly watch: JobWatch
}

/** Runs a job for as long as the app is up: where this process has it, and as its row wants it. */
export class JobLife {
  readonly #setup: JobLifeSetup
  readonly #stopping = new AbortController()
  readonly #wakeup = new Wakeup()
  readonly #ended: Promise<void>
  #task: PlacedTask | undefined
  /** Why it is not running as it should. */
  trouble: string | undefined
  /** Whether it is this process that runs the job, even while it begins anew. */
  isHere = false
  #isStale = false
  /** The plan that ran last: its code is there to run on while another one is built. */
  #ran: ReadyJob | undefined
  #rebuild: Rebuild | undefined
  /** A plan that cannot be built, until somebody asks for it again. */
  #givenUp: RebuildProgress | undefined

  constructor(setup: JobLifeSetup) {
    this.#setup = setup
    this.#ended = this.#live()
  }

  /** The task, while this process has it. */
  get task(): PlacedTask | undefined {
    return this.#task
  }

  /** How far the state of another plan is, where one is built anew. */
  get rebuilding(): RebuildProgress | undefined {
    return this.#givenUp ?? this.#rebuild?.progress
  }

  /** Its row, or its plan, has changed: the task comes to a checkpoint and is begun anew as it is wanted now. */
  poke(): void {
    this.#isStale = true
    this.#givenUp = undefined
    this.#rebuild?.stop()
    this.#task?.stop()
    this.#wakeup.wake()
  }

  /** Dead letters may wait to be taken again. */
  replay(): void {
    const task = this.#task
    if (task?.replay) task.replay()
    else if (task) this.poke()
  }

  /** Lets what is in hand end, makes a checkpoint, and rests. */
  async drain(): Promise<void> {
    this.#stopping.abort()
    this.#task?.stop()
    this.#wakeup.wake()
    await this.#ended
  }

  /** Ends at once, without a checkpoint. Nothing is on its way any more when it answers, unless a sink does not heed its signal. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#rebuild?.abort(this.#stopping.signal.reason)
    this.#task?.abort(this.#stopping.signal.reason)
    this.#wakeup.wake()
    const waiting = new AbortController()
    const given = sleep(this.#setup.ports.timers, leaveMs, waiting.signal).catch(() => undefined)
    await Promise.race([this.#ended, given])
    waiting.abort()
  }

  async #live(): Promise<void> {
    const { signal } = this.#stopping
    const { ports } = this.#setup
    let failures = 0
    let epoch = 0
    while (!signal.aborted) {
      const { name } = this.#setup.ready()
      try {
        await this.#oneTurn()
        failures = 0
        this.trouble = undefined
      } catch (thrown) {
        if (signal.aborted) return
        const reached = await this.#epoch()
        failures = reached !== epoch || isPutBack(thrown) ? 1 : failures + 1
        epoch = reached
        this.trouble = troubleOf(thrown)
        const code = failureOf(thrown)?.code
        this.#setup.watch.failed(code ?? 'Internal', this.trouble)
        if (isFinal(thrown) || failures >= attemptLimit) {
          ports.log.write('error', `${name} ends: ${this.trouble}`, { job: name, code })
          await this.#rest('failed', this.trouble, code)
        } else {
          ports.log.write('warning', `${name} was interrupted and begins anew: ${this.trouble}`, { job: name, code })
          const retry = failureOf(thrown)?.retry ?? 'later'
          await sleep(ports.timers, pauseMs(retry, failures), signal).catch(() => undefined)
        }
      }
    }
  }

  async #oneTurn(): Promise<void> {
    const { store, ports } = this.#setup
    const { signal } = this.#stopping
    const turn = await takeTurn(store.database, ports, turnName(this.#setup.ready().name), signal)
    const over = AbortSignal.any([signal, turn.signal])
    const wake = () => this.#wakeup.wake()
    turn.signal.addEventListener('abort', wake)
    this.isHere = true
    try {
      while (!over.aborted) {
        // Whoever pokes it from here on is heard. The row is read last: while a job is paused it may be put back.
        this.#isStale = false
        const isPaused = await this.#setup.isPaused()
        const kept = await this.#read()
        const isWanted = kept === undefined || kept.state === 'running'
        if (isWanted && !isPaused) await this.#run(kept, turn, over)
        else await this.#wakeup.wait()
      }
    } finally {
      this.isHere = false
      turn.signal.removeEventListener('abort', wake)
      await turn.end()
    }
  }

  async #run(kept: KeptJob | undefined, turn: Turn, over: AbortSignal): Promise<void> {
    const ready = this.#setup.ready()
    this.#rebuild = undefined
    const { root } = this.#setup
    checkPlaces(kept, ready, root)
    const sources = () => knownSources(ready.spec.sources, { job: ready.name })
    if (rebuildsState(kept, ready) && hindrance(sources(), kept.facts.sources, root) === undefined) {
      return this.#runRebuilding(ready, kept, turn, over)
    }
    this.#givenUp = undefined
    await this.#setup.store.forgetAside(ready.name, turn.fences)
    const taken = kept && (await leaveSinks(kept, ready, this.#setup))
    if ((await this.#runTask(ready, taken, turn, over)) === 'ended') await this.#rest('ended')
  }

  /** Builds the state of a plan anew that cannot take over the one that there is; the plan before runs on meanwhile. */
  async #runRebuilding(ready: ReadyJob, kept: KeptJob, turn: Turn, over: AbortSignal): Promise<void> {
    const ran = this.#ran?.hash === kept.plan ? this.#ran : undefined
    if (ran && this.#givenUp?.plan === ready.hash) {
      if ((await this.#runTask(ran, kept, turn, over)) === 'ended') await this.#rest('ended')
      return
    }
    let rebuild: Rebuild
    try {
      rebuild = await openRebuild(this.#setup, ready, kept, turn.fences)
    } catch (thrown) {
      if (!ran || !isFinal(thrown)) throw thrown
      this.#giveUp({ plan: ready.hash, records: 0, of: 0, because: troubleOf(thrown) })
      return
    }
    this.#rebuild = rebuild
    const stop = () => rebuild.stop()
    over.addEventListener('abort', stop)
    try {
      if (!ran) await recoverRested(this.#setup, ready, kept, turn.fences)
      const rested = ran ? await this.#runBeside(rebuild, ran, kept, turn, over) : kept
      if (!rested?.checkpoint || over.aborted || this.#isStale) return
      const end = await rebuild.finish(rested.checkpoint)
      if (over.aborted || this.#isStale) return
      if (end === 'whole') {
        const { log } = this.#setup.ports
        await rebuild.takeOver(await leaveSinks(rested, ready, this.#setup), turn.fences)
        log.write('info', `${ready.name} runs its new plan`, { job: ready.name })
        const lacking = lackingNote(ready.name, rebuild.checkpoint)
        if (lacking !== undefined) log.write('warning', lacking, { job: ready.name })
      }
      // Where the code of the plan before is there, it goes on.
      if (end === 'failed' && (!ran || this.#ran !== ran)) throw rebuild.failure!.cause
    } finally {
      over.removeEventListener('abort', stop)
      await rebuild.close()
    }
  }

  /** Lets a plan run until another one that is built beside it is near. Gives where it rests; undefined where it is not to. */
  async #runBeside(
    rebuild: Rebuild,
    ran: ReadyJob,
    kept: KeptJob,
    turn: Turn,
    over: AbortSignal,
  ): Promise<KeptJob | undefined> {
    rebuild.begin()
    void rebuild.near.then(() => this.#task?.stop())
    void rebuild.failed.then(() => this.#giveUp(rebuild.progress))
    try {
      const end = await this.#runTask(ran, kept, turn, over, rebuild)
      if (end === 'ended' && rebuild.failure) await this.#rest('ended')
      if (end === 'stopped' && !rebuild.isNear) return undefined
      return rebuild.failure ? undefined : await this.#read()
    } catch (thrown) {
      if (!isFinal(thrown) || rebuild.failure || over.aborted) throw thrown
      // The new plan may get over what the one before cannot.
      const text = `The plan of ${ran.name} that was running ends: ${troubleOf(thrown)}`
      this.#setup.ports.log.write('warning', text, { job: ran.name })
      this.#ran = undefined
      const rested = await this.#read()
      if (rested?.checkpoint) await recoverRested(this.#setup, ran, rested, turn.fences)
      return rested
    }
  }

  #giveUp(progress: RebuildProgress): void {
    this.#givenUp = progress
    const { name } = this.#setup.ready()
    const text = `The new state of ${name} cannot be built, and the plan before runs on: ${progress.because}`
    this.#setup.ports.log.write('error', text, { job: name })
  }

  async #runTask(
    ready: ReadyJob,
    kept: KeptJob | undefined,
    { fences, signal }: Turn,
    over: AbortSignal,
    rebuild?: Rebuild,
  ): Promise<TaskEnd> {
    const { app, ports, store, root, folder, watch, isKept, open } = this.#setup
    const { name, hash, settings, spec, steps } = ready
    const { generation, calls, lastEpoch }: JobFacts = kept?.facts ?? { generation: 1, steps: {} }
    const places = placesOf(spec, root)
    const facts: JobFacts = { generation, calls, steps, ...places, lastEpoch }
    if (kept?.checkpoint && kept.plan !== hash && !rebuildsState(kept, ready)) {
      for (const note of [...beginningSources(kept, spec), ...stateNotes(verdictsOf(kept, ready))]) {
        ports.log.write('info', note, { job: name })
      }
    }
    // What was forgotten needs no room any more.
    if (isKept) removeStateFiles({ folder, name }, generation, ...(rebuild ? [rebuild.generation] : []))
    const abandon = () => this.#task?.abort(signal.reason)
    signal.addEventListener('abort', abandon)
    const checkpoints = store.checkpointsOf({ name, plan: hash, facts }, settings.checkpoints, fences)
    try {
      this.#task = await open(ready, {
        tenant: store.tenant,
        generation,
        ...(calls !== undefined && { calls }),
        ports,
        app,
        root,
        folder,
        isKept,
        store: {
          ...checkpoints,
          async commit(commit) {
            await checkpoints.commit(commit)
            rebuild?.follow(commit.checkpoint)
          },
        },
        restored: kept?.checkpoint,
        ...(kept && kept.plan !== hash && { stepsBefore: kept.facts.steps }),
        lastEpoch,
        watch,
        signal: over,
      })
      this.#ran = ready
      this.trouble = undefined
      if (over.aborted || this.#isStale || rebuild?.isNear) this.#task.stop()
      return await this.#task.run()
    } finally {
      signal.removeEventListener('abort', abandon)
      const task = this.#task
      this.#task = undefined
      if (task) watch.ran(task)
      await task?.close()
    }
  }

  /** The newest checkpoint, counted over the plan that runs and one that is built. */
  async #epoch(): Promise<number> {
    const { store, ready } = this.#setup
    const rows = await Promise.all([this.#read(), store.read(asideName(ready().name))])
    return rows.reduce((sum, row) => sum + (row?.checkpoint?.epoch ?? 0), 0)
  }

  #read(): Promise<KeptJob | undefined> {
    return this.#setup.store.read(this.#setup.ready().name)
  }

  /** It does nothing until somebody resumes it. */
  async #rest(state: 'ended' | 'failed', because?: string, code?: string): Promise<void> {
    const { store, ready } = this.#setup
    const { name, hash, steps } = ready()
    const kept = await this.#read()
    const facts: JobFacts = { generation: 1, steps, ...kept?.facts, because, code }
    // The plan is that of the checkpoint: one that could not begin has not changed the state.
    await store.put({ name, plan: kept?.plan ?? hash, checkpoint: kept?.checkpoint, facts, state })
  }
}
