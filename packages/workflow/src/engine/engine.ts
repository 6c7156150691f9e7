import { type AnyCommand, CommitConflict, type LeaseProof, type OpenApp, type Ports, uuidV7 } from '@heddle/core'
import type { Ending } from '../body/ending.ts'
import { Execution } from '../body/execution.ts'
import type { AnyOutcome, ExecutionHost } from '../body/host.ts'
import type { RecordedEntries } from '../body/journal.ts'
import type { StepCall } from '../body/step-call.ts'
import type { AnyWorkflow, WorkflowFacts } from '../define/types.ts'
import { Jobs } from '../job/jobs.ts'
import type { Place } from '../queue/place.ts'
import type { Queues } from '../queue/queues.ts'
import { laneOf, type Run, type StoredRun } from '../run/run.ts'
import { RunStore } from '../run/run-store.ts'
import { RunWatch } from '../watch/run-watch.ts'
import { halted, over, readied } from '../run/states.ts'
import { type Announcement, Announcements } from '../worker/announcements.ts'
import { Outcomes } from '../worker/outcomes.ts'
import { Presence } from '../worker/presence.ts'
import { callStep } from './call-step.ts'
import { Claims } from './claims.ts'
import { Code } from './code.ts'
import { Endings } from './endings.ts'
import type { EngineSetup } from './engine-setup.ts'
import { Executions } from './executions.ts'
import { Lanes } from './lanes.ts'
import { activeLimit, deathLimit, restingLimit, retryMs, usualLeaseMs } from './limits.ts'
import { live } from './live.ts'
import { type NewRun, rowOf } from './new-run.ts'
import { Principals } from './principals.ts'
import { Progress, shortMs } from './progress.ts'
import { RunWriter } from './run-writer.ts'
import { TimerTick } from './timer-tick.ts'
import { Unborn } from './unborn.ts'
import { Relatives } from './relatives.ts'

export type { NewRun } from './new-run.ts'

/** Runs workflows on the database of one open app. */
export class Engine implements ExecutionHost {
  readonly app: OpenApp
  readonly ports: Ports
  readonly store: RunStore
  readonly code: Code
  readonly queues: Queues
  readonly executions = new Executions()
  readonly #writer: RunWriter
  readonly #lanes: Lanes
  readonly #claims: Claims
  readonly #jobs: Jobs
  /** The places in their queues of the runs that are active. */
  readonly #places = new Map<string, Place>()
  readonly #tick: TimerTick
  readonly #unborn: Unborn
  readonly #progress: Progress
  readonly #principals: Principals
  readonly #presence: Presence
  /** Those who wait for ends of runs. */
  readonly outcomes: Outcomes
  readonly relatives: Relatives
  readonly #restingLimit: number
  readonly #announcements: Announcements
  /** Executions whose run waits: they are kept as long as there is room. */
  readonly #resting = new Set<Execution>()
  readonly #endings: Endings
  /** Executions until their ends are written. */
  #open = 0
  #onClosed: (() => void) | undefined
  #active = 0
  #running = false
  /** Counts what becomes of runs. */
  readonly watch: RunWatch

  constructor({ app, ports, database, workflows, queues, deaths, resting, leaseMs }: EngineSetup) {
    this.app = app
    this.ports = ports
    this.store = new RunStore(database, ports)
    this.code = new Code(app, workflows, database)
    this.queues = queues
    this.#restingLimit = resting ?? restingLimit
    this.#announcements = new Announcements(database, ports, uuidV7(ports.clock, ports.random))
    this.#principals = new Principals(ports)
    this.#writer = new RunWriter({
      store: this.store,
      clock: ports.clock,
      isMarked: (name) => this.isMarked(name),
      poke: (tenant, id) => this.poke(tenant, id),
      expectNews: (tenant, id) => this.expectNews(tenant, id),
      written: (tenant, run, before) => {
        this.watch.written(tenant, run, before)
        this.outcomes.written(run)
      },
    })
    this.watch = new RunWatch({ app, ports, active: () => this.#active, held: () => this.executions.size })
    const shared = { ports, store: this.store, worker: () => this.worker, fences: () => this.fences() }
    this.#presence = new Presence({
      ...shared,
      writer: this.#writer,
      leaseMs: leaseMs ?? usualLeaseMs,
      deaths: deaths ?? deathLimit,
      took: () => this.#took(),
      dropped: () => this.#dropped(),
      look: () => this.#lanes.look(),
    })
    this.outcomes = new Outcomes({
      ...shared,
      announcements: this.#announcements,
      isHere: (tenant, run) => this.#isHere(tenant, run),
      listen: () => this.#listen(),
      typesOf: (name) => this.code.typesOf(name),
    })
    this.relatives = new Relatives({
      store: this.store,
      clock: ports.clock,
      writer: this.#writer,
      workflows,
      newRun: (asked) => this.newRun(asked),
      begun: (tenant, run) => this.begun(tenant, run),
      fences: () => this.fences(),
      poke: (tenant, run) => void this.poke(tenant, run),
    })
    this.#endings = new Endings({
      ...shared,
      writer: this.#writer,
      tell: (run, outcome) => this.outcomes.tell(run, outcome),
      follow: (run, next) => this.outcomes.follow(run, next),
      newRun: (asked) => this.newRun(asked),
      begun: (tenant, run) => this.begun(tenant, run),
      isMarked: (name) => this.isMarked(name),
      free: (run) => this.#freed(run),
    })
    this.#progress = new Progress({
      ...shared,
      awake: (execution) => this.#awake(execution),
      rest: (execution) => this.#rest(execution),
      expect: (atMs) => this.#tick.expect(atMs),
    })
    this.#claims = new Claims({
      ...shared,
      writer: this.#writer,
      letGo: (stored, trouble) => void this.#letGo(stored, trouble),
      found: (stored) => this.#found(stored),
    })
    this.#lanes = new Lanes(this.store, {
      room: () => this.#room,
      gate: (queue) => queues.gate(queue),
      take: (stored, place) => this.#take(stored, place),
      failed: (thrown) => this.#lookedInVain(thrown),
    })
    this.#jobs = new Jobs({
      ...shared,
      app,
      isMarked: (name) => this.isMarked(name),
      write: async (stored, change) => (await this.#writer.own(stored, change, this.fences())).run,
      over: (run, state, outcome) => over(run, state, outcome, ports.clock.now()),
      halted,
      principalOf: async (stored) => {
        const denied = await this.#principals.resolve(stored)
        return denied === undefined ? this.#principals.of(stored.run.id) : { denied }
      },
      tell: (run, outcome) => this.outcomes.tell(run, outcome),
      expect: (atMs) => this.#tick.expect(atMs),
      left: (run) => this.#left(run),
    })
    this.#unborn = new Unborn(this.store, ports, (stored) => this.#found(stored))
    this.#tick = new TimerTick(this.store, ports, { room: () => this.#room, due: (stored) => this.#due(stored) })
  }

  /** Under which name runs are this process's. */
  get worker(): string {
    return this.#presence.id
  }

  fences(): readonly LeaseProof[] {
    return this.#presence.fences
  }

  get workflows(): ReadonlyMap<string, AnyWorkflow> {
    return this.code.workflows
  }

  get isRunning(): boolean {
    return this.#running
  }

  get #room(): number {
    return this.#running ? activeLimit - this.#active : 0
  }

  /** Takes up what dead processes left, and begins to run what is due. */
  async begin(): Promise<void> {
    await this.#listen()
    await this.#presence.begin()
  }

  #took(): void {
    this.#running = true
    this.#tick.start()
  }

  #halt(): void {
    this.#running = false
    this.#tick.stop()
  }

  #dropped(): void {
    this.#halt()
    for (const execution of this.executions.values()) execution.stop({ kind: 'lost' })
    this.executions.clear()
  }

  /** Begins nothing more, waits for the steps that run, and gives back what is under way: another process goes on with it. */
  async leave(): Promise<void> {
    this.#halt()
    this.#presence.stop()
    for (const execution of this.executions.values()) execution.stop({ kind: 'left' })
    if (this.#open > 0) await new Promise<void>((resolve) => (this.#onClosed = resolve))
    await this.#jobs.idle()
    this.#announcements.ready()
    await this.#announcements.stop()
    await this.#presence.end()
  }

  /** Makes runs ready whose worker is dead. */
  recover(): Promise<void> {
    return this.#presence.recover()
  }

  #listen(): Promise<void> {
    return this.#announcements.listen((told) => this.#heard(told))
  }

  #heard({ ready, due, poke = [], ended = [] }: Announcement): void {
    if (ready) this.#lanes.look()
    if (due !== undefined) this.#tick.expect(due)
    for (const run of poke) {
      const tenant = this.executions.get(run)?.stored.tenant
      if (tenant !== undefined) void this.poke(tenant, run)
      else if (this.#jobs.has(run)) void this.#jobs.refresh(run)
    }
    this.outcomes.heard(ended)
  }

  /** The row of a new run. It is this process's at once where nobody waits for a turn. */
  newRun(asked: NewRun): Run {
    const mayBegin = asked.inLine !== true && this.#mayBegin(asked.queue)
    const run = rowOf(asked, this.ports.clock.now(), mayBegin ? this.worker : undefined)
    this.#unborn.expect(asked.tenant, run.id)
    return run
  }

  #mayBegin(queue: string): boolean {
    return this.#room > 0 && this.#lanes.isFree(queue)
  }

  /** Begins a run whose row has just become durable. */
  begun(tenant: string, run: Run): void {
    this.watch.started(run)
    this.#unborn.begun(run.id)
    const stored = { tenant, version: 1, run }
    if (run.state === 'running') {
      if (!this.#running || run.worker !== this.worker) void this.#letGo(stored)
      else if (run.facts.job) this.#beginJob(stored)
      else this.#execute(stored, { entries: [], last: -1 })
    } else this.#freed(run)
  }

  /** A run is there of which nobody was told. */
  #found(stored: StoredRun): void {
    const { run } = stored
    if (run.state !== 'running') this.#freed(run)
    else if (run.worker === this.worker && !this.executions.has(run.id) && !this.#jobs.has(run.id)) {
      void this.#letGo(stored)
    }
  }

  /** A run may be taken up by whoever has room. */
  #freed({ wakeAt, lane, rank }: Run): void {
    if (!this.#running && wakeAt) this.#announcements.due(wakeAt.getTime())
    else if (this.#room <= 0) this.#announcements.ready()
    if (!this.#running) return
    if (wakeAt) this.#tick.expect(wakeAt.getTime())
    else if (lane !== undefined) this.#lanes.look(lane, rank)
  }

  /** Lets go of a run that this process should have, and has not. */
  async #letGo(stored: StoredRun, trouble?: string): Promise<void> {
    const { tenant, run } = stored
    const owner = { worker: run.worker ?? '', fences: this.fences() }
    try {
      await this.#endings.letGo(tenant, run.id, owner, trouble)
    } catch (thrown) {
      if (thrown instanceof CommitConflict || !this.#running) return
      this.ports.timers.after(retryMs, () => void this.#letGo(stored, trouble), { background: true })
    }
  }

  /** A unit of work is about to change the row of a run. `admit` says that it has. */
  expectNews(tenant: string, id: string): void {
    this.#unborn.expect(tenant, id)
  }

  admit(tenant: string, id: string): void {
    this.#unborn.begun(id)
    void this.poke(tenant, id)
  }

  /** Something may have happened to a run: it was sent a signal, cancelled, resumed. */
  async poke(tenant: string, id: string): Promise<void> {
    try {
      const execution = this.executions.get(id)
      if (execution) {
        await execution.refresh()
        // One that ends meanwhile never comes back from what it was at.
        if (!execution.isEnded) return void this.#progress.bring(execution)
      }
      if (this.#jobs.has(id)) return await this.#jobs.refresh(id)
      const stored = await this.store.read(tenant, id)
      if (stored?.run.worker !== undefined && stored.run.worker !== this.worker) this.#announcements.poke(id)
      else if (stored) this.#freed(stored.run)
    } catch (thrown) {
      // It is found by the next look at what is due.
      this.ports.log.write('warning', `the run ${id} could not be looked at`, { reason: String(thrown) })
      if (this.#running) this.#tick.expect(this.ports.clock.now() + shortMs)
    }
  }

  /** A run whose turn has come, or whose time. */
  async #take(stored: StoredRun, place?: Place): Promise<boolean> {
    const { run } = stored
    const known = this.executions.get(run.id)
    if (known) {
      place?.free()
      await known.refresh()
      if (known.isEnded) return false
      void this.#progress.bring(known)
      return true
    }
    if (!this.#running || run.worker !== undefined) return false
    const own = await this.#claims.claim(stored, place !== undefined)
    if (!own) return false
    const { id } = own.run
    if (place) this.#places.set(id, place)
    if (own.run.facts.job) {
      this.#beginJob(own)
      return true
    }
    try {
      const recorded = await this.store.journal(own.tenant, id)
      const facts = await this.code.fitting({ stored: own, entries: recorded.entries })
      if (this.#running && this.worker === own.run.worker) this.#execute(own, recorded, facts)
      else await this.#letGo(own)
    } catch (thrown) {
      this.#freePlace(id)
      void this.#letGo(own, (thrown as Error).message)
    }
    return true
  }

  async #due(stored: StoredRun): Promise<void> {
    this.watch.due(stored.run)
    const { run, tenant } = stored
    const isNew = run.state === 'ready' && !this.executions.has(run.id)
    if (!isNew || this.#mayBegin(run.queue)) return void (await this.#take(stored))
    await this.#writer.claim(stored, readied(tenant, run, this.ports.clock.now()), this.fences())
    this.#lanes.look(laneOf(run.queue, tenant, run.facts.fairness))
  }

  #beginJob(stored: StoredRun): void {
    const { id, workflow } = stored.run
    const command = this.app.commands.get(workflow)
    this.#active++
    if (command) return this.#jobs.run(stored, command, this.#places.get(id))
    void this.#block(stored, `no command ${workflow} in this app`)
  }

  /** The database did not answer: it is asked again a little later. */
  #lookedInVain(thrown: unknown): void {
    this.ports.log.write('warning', 'runs that are ready could not be looked for', { reason: String(thrown) })
    if (this.#running) this.ports.timers.after(shortMs, () => this.#lanes.look(), { background: true })
  }

  /** A place in a queue was given back. */
  roomIn(queue: string): void {
    this.#lanes.more(queue)
  }

  isMarked(name: string): boolean {
    return this.code.isMarked(name)
  }

  factsFor(run: Run): WorkflowFacts | undefined {
    return this.code.factsFor(run)
  }

  #execute(stored: StoredRun, recorded: RecordedEntries, facts = this.factsFor(stored.run)): void {
    const { run } = stored
    const known = this.executions.get(run.id)
    if (known) {
      // What it has is not true any more.
      known.stop({ kind: 'lost' })
      return void this.#letGo(stored)
    }
    this.#active++
    if (!facts) {
      return void this.#block(stored, `no code for ${run.workflow} in this app`)
    }
    const execution = new Execution(this, facts, stored, recorded)
    this.executions.set(run.id, execution)
    void live(execution, this.ports, this.#principals)
    this.#open++
    void execution.ending.then((ending) => this.#ended(execution, ending))
  }

  async #ended(execution: Execution, ending: Ending): Promise<void> {
    const trouble = await this.#endings.end(execution, ending)
    this.#forget(execution)
    if (trouble !== undefined) {
      const { stored } = execution
      this.ports.log.write('error', `the end of the run ${stored.run.id} could not be kept`, { trouble })
      if (this.#running) await this.#letGo(stored, trouble)
      // It may be written all the same, and somebody waits for it.
      await this.outcomes.recheck()
    }
    if (--this.#open === 0) this.#onClosed?.()
  }

  async #block(stored: StoredRun, because: string): Promise<void> {
    try {
      await this.#writer.own(stored, (run) => halted(run, 'blocked', because), this.fences())
    } catch (thrown) {
      if (!(thrown instanceof CommitConflict)) void this.#letGo(stored, (thrown as Error).message)
    }
    this.#left(stored.run.id)
  }

  #forget(execution: Execution): void {
    const { id } = execution.run
    this.#progress.forget(execution)
    if (this.executions.get(id) === execution) {
      this.executions.delete(id)
      this.#principals.forget(id)
    }
    if (!this.#resting.delete(execution)) this.#left(id)
  }

  #isHere(tenant: string, run: string): boolean {
    const execution = this.executions.get(run)
    return execution !== undefined && !execution.isEnded && execution.stored.tenant === tenant
  }

  #freePlace(run: string): void {
    this.#places.get(run)?.free()
    this.#places.delete(run)
  }

  #left(run: string): void {
    this.#freePlace(run)
    this.#active--
    this.#lanes.more()
    this.#tick.more()
  }

  idle(execution: Execution): void {
    void this.#progress.bring(execution)
  }

  /** Waiting runs are kept in memory up to a limit; those that rest for longest are forgotten first. */
  #rest(execution: Execution): void {
    if (this.#resting.has(execution)) return
    this.#resting.add(execution)
    this.#left(execution.run.id)
    if (this.code.isOutgoing(execution.facts)) return execution.stop({ kind: 'left' })
    let over = this.#resting.size - this.#restingLimit
    // Some of the first may be at their end already.
    for (const first of this.#resting) {
      if (over-- <= 0) return
      first.stop({ kind: 'left' })
    }
  }

  /** Other code runs from now on. Runs that wait are looked at when they go on; those that are at a step go on to their next wait. */
  renew(before: WorkflowFacts, next: WorkflowFacts): void {
    this.code.retire(before, next)
    for (const execution of this.#resting) if (execution.facts === before) execution.stop({ kind: 'left' })
  }

  async #awake(execution: Execution): Promise<string | undefined> {
    if (this.#resting.delete(execution)) this.#active++
    return execution.run.principal === undefined ? undefined : this.#principals.resolve(execution.stored)
  }

  callStep(execution: Execution, command: AnyCommand, input: unknown, call: StepCall): Promise<AnyOutcome> {
    return callStep(this.app, this.#principals.of(execution.run.id), execution, command, input, call)
  }

  /** The outcome of a run, as soon as there is one; RunHalted where it stopped. @throws the signal's reason */
  outcome(tenant: string, id: string, signal?: AbortSignal): Promise<AnyOutcome | undefined> {
    return this.outcomes.of(tenant, id, signal)
  }
}
