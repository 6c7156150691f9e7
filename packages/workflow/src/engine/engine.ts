import {
  type AnyCommand,
  type AnyFailure,
  CommitConflict,
  failed,
  keepOutcome,
  type KeptOutcome,
  type Json,
  type LeaseProof,
  type OpenApp,
  type Outcome,
  outcomeFromKept,
  type Ports,
  type Principal,
  toJson,
  uuidV7,
} from '@heddle/core'
import { type Database, type DataUnit, dataUnit, RunRecord, type Write } from '@heddle/data'
import type { Ending } from '../body/ending.ts'
import { Execution, type ExecutionHost } from '../body/execution.ts'
import { runBody } from '../body/run-body.ts'
import type { AnyWorkflow, WorkflowFacts } from '../define/types.ts'
import { endStates, laneOf, rankOf, type Run, type RunFacts, type StoredRun } from '../run/run.ts'
import { RunStore } from '../run/run-store.ts'
import { Lanes } from './lanes.ts'
import { pauseMs } from './pause.ts'
import { TimerTick } from './timer-tick.ts'
import { Waiters } from './waiters.ts'

/** How many runs one process works on at a time (limit `runs.active`); those that wait do not count. */
const activeLimit = 1000
/** How many runs that wait are kept in memory, so that they go on without a replay (limit `runs.resting`). */
const restingLimit = 5000
/** Waits that are shorter are waited for in memory, in milliseconds. */
const shortMs = 1000
/** How often a process may die with a run that gets no further (limit `runs.deaths`). */
const deathLimit = 3

/** What an engine is put together from. */
export interface EngineSetup {
  readonly app: OpenApp
  readonly ports: Ports
  readonly database: Database
  readonly workflows: ReadonlyMap<string, AnyWorkflow>
  readonly deaths?: number
}

/** How a run is asked for. */
export interface NewRun {
  readonly tenant: string
  readonly id: string
  readonly workflow: string
  readonly version: string
  readonly queue: string
  readonly input: Json
  readonly principal?: string
  readonly parent?: string
  readonly parentKey?: string
  readonly facts: RunFacts
  /** UTC, milliseconds since 1970. Missing: at once. */
  readonly startAt?: number
}

/** Runs workflows on the database of one open app. */
export class Engine implements ExecutionHost {
  readonly app: OpenApp
  readonly ports: Ports
  readonly store: RunStore
  readonly workflows: ReadonlyMap<string, AnyWorkflow>
  readonly waiters = new Waiters()
  readonly worker: string
  readonly executions = new Map<string, Execution>()
  readonly #lanes: Lanes
  readonly #tick: TimerTick
  readonly #deaths: number
  readonly #turning = new Map<string, { again: boolean }>()
  readonly #principals = new Map<string, Principal>()
  readonly #shorts = new Map<string, () => void>()
  #active = 0
  #running = false
  #onIdle: (() => void) | undefined

  constructor({ app, ports, database, workflows, deaths = deathLimit }: EngineSetup) {
    this.app = app
    this.ports = ports
    this.store = new RunStore(database)
    this.workflows = workflows
    this.worker = uuidV7(ports.clock, ports.random)
    this.#deaths = deaths
    this.#lanes = new Lanes(this.store, {
      room: () => activeLimit - this.#active,
      take: (stored) => this.#take(stored),
    })
    this.#tick = new TimerTick(this.store, ports, (stored) => this.#due(stored))
  }

  fences(): readonly LeaseProof[] {
    return []
  }

  get isRunning(): boolean {
    return this.#running
  }

  /** Takes up what dead processes left, and begins to run what is due. */
  async begin(): Promise<void> {
    this.#running = true
    await this.recover((worker) => worker !== this.worker)
    this.#lanes.look()
    this.#tick.start()
  }

  /** Begins nothing more, and waits for the steps that run. */
  async drain(): Promise<void> {
    this.#running = false
    this.#tick.stop()
    for (const execution of this.executions.values()) if (execution.run.state !== 'running') this.#forget(execution)
    if (this.#active > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve))
  }

  /** Gives runs back that are under way: another process, or this one when it is back, goes on with them. */
  async leave(): Promise<void> {
    this.#running = false
    this.#tick.stop()
    for (const cancel of this.#shorts.values()) cancel()
    for (const execution of [...this.executions.values()]) {
      execution.stop({ kind: 'left' })
      if (execution.run.state !== 'running') continue
      try {
        await this.#write(execution.stored, (run) => this.#readied(execution.stored.tenant, run), [])
      } catch {
        // Whoever recovers it finds out that this process is gone.
      }
    }
  }

  /** Makes runs ready whose process is dead. One that gets no further from death to death is parked. */
  async recover(isDead: (worker: string) => boolean): Promise<void> {
    const left = await this.store.across('worker', { kind: 'compare', column: 'worker', by: 'gt', value: '' }, 10_000)
    for (const stored of left) {
      const { tenant, run } = stored
      if (run.worker === undefined || !isDead(run.worker) || this.executions.has(run.id)) continue
      const { last } = await this.store.journal(tenant, run.id)
      const deaths = last + 1 > run.mark ? 1 : run.deaths + 1
      const because = `its process died ${deaths} times, and it got no further than entry ${last + 1}`
      await this.#write(
        stored,
        (now) =>
          deaths >= this.#deaths
            ? { ...this.#halted(now, 'parked', because), deaths, mark: last + 1 }
            : { ...this.#readied(tenant, now), deaths, mark: last + 1 },
        [],
      ).catch((thrown: unknown) => {
        if (!(thrown instanceof CommitConflict)) throw thrown
      })
    }
  }

  /** The row of a new run. It is this process's at once where nobody waits for a turn. */
  newRun({ tenant, id, workflow, version, queue, input, principal, parent, parentKey, facts, startAt }: NewRun): Run {
    const now = this.ports.clock.now()
    const base = { id, workflow, version, queue, input, principal, parent, parentKey, facts, deaths: 0, mark: 0 }
    const run = { ...base, createdAt: new Date(now) }
    if (startAt !== undefined && startAt > now) return { ...run, state: 'ready', wakeAt: new Date(startAt) }
    if (this.#mayBegin(queue)) return { ...run, state: 'running', worker: this.worker }
    return { ...run, state: 'ready', lane: laneOf(queue, tenant, facts.fairness), rank: rankOf(facts.priority, now) }
  }

  #mayBegin(queue: string): boolean {
    return this.#running && this.#active < activeLimit && this.#lanes.isFree(queue)
  }

  /** Begins a run whose row has just become durable. */
  begun(tenant: string, run: Run): void {
    const stored = { tenant, version: 1, run }
    if (run.state === 'running') {
      if (!this.#running) return void this.#giveBack(stored)
      this.#execute(stored, { entries: [], last: -1 }, [])
    } else if (run.wakeAt) this.#tick.expect(run.wakeAt.getTime())
    else this.#lanes.look(run.lane)
  }

  async #giveBack(stored: StoredRun): Promise<void> {
    await this.#write(stored, (run) => this.#readied(stored.tenant, run), []).catch(() => undefined)
  }

  admit(tenant: string, id: string): void {
    void this.poke(tenant, id)
  }

  /** Something may have happened to a run: it was sent a signal, cancelled, resumed. */
  async poke(tenant: string, id: string): Promise<void> {
    const execution = this.executions.get(id)
    if (execution) {
      await execution.refresh()
      const { state } = execution.run
      if (state === 'running' || state === 'waiting') return this.#turn(execution)
      execution.stop({ kind: 'left' })
    }
    const stored = await this.store.read(tenant, id)
    if (!stored || !this.#running) return
    const { state, wakeAt, lane, worker } = stored.run
    if (state === 'running' && worker === this.worker && stored.version === 1) this.begun(tenant, stored.run)
    else if (lane !== undefined) this.#lanes.look(lane)
    else if (wakeAt) this.#tick.expect(wakeAt.getTime())
  }

  /** A run whose turn has come, or whose time. */
  async #take(stored: StoredRun): Promise<boolean> {
    const known = this.executions.get(stored.run.id)
    if (known) {
      known.stored = stored
      await this.#turn(known)
      return true
    }
    if (!this.#running) return false
    let run: Run
    try {
      run = await this.#write(
        stored,
        (now) => ({
          ...now,
          state: 'running',
          worker: this.worker,
          lane: undefined,
          rank: undefined,
          wakeAt: undefined,
        }),
        [],
        false,
      )
    } catch (thrown) {
      if (thrown instanceof CommitConflict) return false
      throw thrown
    }
    const own = { tenant: stored.tenant, version: stored.version + 1, run }
    const journal = await this.store.journal(stored.tenant, run.id)
    const signals = run.facts.signals ? await this.store.signals(stored.tenant, run.id) : []
    this.#execute(own, journal, signals)
    return true
  }

  async #due(stored: StoredRun): Promise<void> {
    const { run, tenant } = stored
    const isNew = run.state === 'ready' && !this.executions.has(run.id)
    if (isNew && !this.#mayBegin(run.queue)) {
      await this.#write(stored, (now) => this.#readied(tenant, now), [], false).catch(() => undefined)
      return this.#lanes.look(laneOf(run.queue, tenant, run.facts.fairness))
    }
    await this.#take(stored)
  }

  /** Whether runs of a workflow are encrypted where they are kept. */
  isMarked(workflow: string): boolean {
    return this.workflows.get(workflow)?.facts.isMarked ?? false
  }

  /** What a workflow's code is for a run: that of its version, or the newest. */
  factsFor({ workflow, version }: Run): WorkflowFacts | undefined {
    const found = this.workflows.get(workflow)
    if (!found) return undefined
    const older = found.facts.versions.find(({ facts }) => facts.version === version)
    return (older ?? found).facts
  }

  #execute(
    stored: StoredRun,
    journal: ConstructorParameters<typeof Execution>[3],
    signals: Execution['signals'],
  ): void {
    const facts = this.factsFor(stored.run)
    if (!facts) {
      const because = `no code for ${stored.run.workflow} in this app`
      void this.#write(stored, (run) => this.#halted(run, 'blocked', because), []).catch(() => undefined)
      return
    }
    const execution = new Execution(this, facts, stored, journal)
    execution.signals = signals
    this.executions.set(stored.run.id, execution)
    this.#active++
    void this.#live(execution)
    void execution.ending.then((ending) => this.#ended(execution, ending))
  }

  async #live(execution: Execution): Promise<void> {
    const denied = await this.#principalOf(execution.stored)
    if (denied) return execution.stop({ kind: 'parked', because: denied })
    execution.stop(await runBody(execution, this.ports))
  }

  async #ended(execution: Execution, ending: Ending): Promise<void> {
    const { stored } = execution
    const { id } = stored.run
    try {
      if (ending.kind === 'outcome') {
        const { outcome, cancelled } = ending
        const state = outcome.ok ? 'succeeded' : cancelled ? 'cancelled' : 'failed'
        const kept = keepOutcome(outcome) as unknown as Json
        await this.#write(execution.stored, (run) => this.#over(run, state, kept), [])
        this.waiters.tell(id, outcome)
      } else if (ending.kind === 'continued') await this.#continue(execution, ending.input)
      else if (ending.kind !== 'left') {
        const { kind, because, at } = ending
        await this.#write(execution.stored, (run) => this.#halted(run, kind, because, at), [])
        this.ports.log.write('warning', `the run ${id} of ${stored.run.workflow} is ${kind}: ${because}`, {
          run: id,
          at,
        })
      }
    } catch (thrown) {
      if (!(thrown instanceof CommitConflict)) {
        this.ports.log.write('error', `the end of the run ${id} could not be kept`, { reason: String(thrown) })
        // It is taken up again by a later look, from its journal.
        if (this.#running) this.ports.timers.after(shortMs, () => void this.poke(stored.tenant, id))
      }
    } finally {
      this.#forget(execution)
    }
  }

  async #continue(execution: Execution, input: unknown): Promise<void> {
    const { tenant, run } = execution.stored
    const { priority, fairness, isUnlisted } = run.facts
    const id = uuidV7(this.ports.clock, this.ports.random)
    const next = this.newRun({
      ...run,
      tenant,
      id,
      version: execution.facts.version,
      input: toJson(input),
      facts: { priority, fairness, isUnlisted, continues: run.id },
    })
    const kept = { ok: true, value: null } as unknown as Json
    await this.#write(
      execution.stored,
      (now) => ({ ...this.#over(now, 'succeeded', kept), facts: { ...now.facts, continuedAs: id } }),
      [this.store.insertRun(next, this.isMarked(next.workflow))],
      true,
    )
    this.waiters.follow(run.id, id)
    this.begun(tenant, next)
  }

  #forget(execution: Execution): void {
    const { id } = execution.run
    if (this.executions.get(id) === execution) this.executions.delete(id)
    this.#shorts.get(id)?.()
    this.#shorts.delete(id)
    if (this.#resting.delete(execution)) return
    this.#left()
  }

  #left(): void {
    this.#active--
    if (this.#active === 0) this.#onIdle?.()
    this.#lanes.more()
  }

  readonly #resting = new Set<Execution>()

  /** The body of an execution waits. */
  idle(execution: Execution): void {
    void this.#turn(execution)
  }

  /** Brings an execution on: takes what it waits for and has come, and otherwise lets it rest. One at a time for each. */
  async #turn(execution: Execution): Promise<void> {
    const { id } = execution.run
    const going = this.#turning.get(id)
    if (going) {
      going.again = true
      return
    }
    const turn = { again: true }
    this.#turning.set(id, turn)
    try {
      while (turn.again && !execution.isEnded) {
        turn.again = false
        await this.#oneTurn(execution)
      }
    } catch (thrown) {
      this.ports.log.write('warning', `the run ${id} could not go on`, { reason: String((thrown as Error).message) })
      execution.stop({ kind: 'left' })
      if (this.#running) this.ports.timers.after(shortMs, () => void this.#again(execution.stored))
    } finally {
      this.#turning.delete(id)
    }
  }

  /** Reads a run anew after trouble. */
  async #again({ tenant, run: { id } }: StoredRun): Promise<void> {
    const stored = await this.store.read(tenant, id)
    if (!stored || endStates.has(stored.run.state)) return
    if (stored.run.worker === this.worker) await this.#giveBack(stored)
    await this.poke(tenant, id)
  }

  async #oneTurn(execution: Execution): Promise<void> {
    const { tenant, run } = execution.stored
    const sent = run.facts.signals ?? 0
    if (sent !== this.#seen.get(execution)) {
      execution.signals = await this.store.signals(tenant, run.id)
      this.#seen.set(execution, sent)
    }
    if (run.facts.cancel && !execution.wasCancelled && execution.waits.size > 0) {
      const { keys, tell } = execution.cancelWaits()
      await execution.cancelAt(keys)
      await execution.commit([], { state: 'running' })
      this.#awake(execution)
      return tell()
    }
    const { entries, writes, tell } = await execution.over()
    if (entries.length > 0) {
      const isRunning = execution.run.state === 'running'
      await execution.commit(entries, isRunning ? undefined : { state: 'running' }, writes)
      this.#awake(execution)
      return tell()
    }
    if (!execution.isResting) return
    const resting = execution.restingWrites()
    const { wakeAt, waits } = resting
    const isShort = wakeAt !== undefined && wakeAt - this.ports.clock.now() <= shortMs
    if (isShort) return this.#wakeSoon(execution, wakeAt)
    if (execution.run.state === 'waiting') {
      this.#rest(execution)
      return wakeAt === undefined ? undefined : this.#tick.expect(wakeAt)
    }
    await execution.commit(resting.entries, {
      state: 'waiting',
      worker: undefined,
      wakeAt: wakeAt === undefined ? undefined : new Date(wakeAt),
      facts: { waits },
    })
    // What came while this was written is looked for once more.
    this.#turning.get(run.id)!.again = true
  }

  readonly #seen = new WeakMap<Execution, number>()

  #wakeSoon(execution: Execution, wakeAt: number): void {
    const { id } = execution.run
    this.#shorts.get(id)?.()
    const wake = () => {
      this.#shorts.delete(id)
      void this.#turn(execution)
    }
    this.#shorts.set(id, this.ports.timers.after(Math.max(0, wakeAt - this.ports.clock.now()), wake))
  }

  /** Waiting runs are kept in memory up to a limit; those that rest for longest are forgotten first. */
  #rest(execution: Execution): void {
    if (this.#resting.has(execution)) return
    this.#resting.add(execution)
    this.#left()
    if (this.#resting.size <= restingLimit) return
    const [first] = this.#resting
    first!.stop({ kind: 'left' })
  }

  #awake(execution: Execution): void {
    if (!this.#resting.delete(execution)) return
    this.#active++
  }

  #readied(tenant: string, run: Run): Run {
    const { priority, fairness } = run.facts
    const now = this.ports.clock.now()
    return {
      ...run,
      state: 'ready',
      worker: undefined,
      wakeAt: undefined,
      lane: laneOf(run.queue, tenant, fairness),
      rank: rankOf(priority, now),
    }
  }

  #halted(run: Run, state: 'parked' | 'blocked', because: string, at?: string): Run {
    return {
      ...run,
      state,
      worker: undefined,
      wakeAt: undefined,
      lane: undefined,
      rank: undefined,
      facts: { ...run.facts, because, at },
    }
  }

  #over(run: Run, state: 'succeeded' | 'failed' | 'cancelled', outcome: Json): Run {
    return {
      ...run,
      state,
      outcome,
      worker: undefined,
      wakeAt: undefined,
      lane: undefined,
      rank: undefined,
      endedAt: new Date(this.ports.clock.now()),
      facts: { ...run.facts, waits: undefined, because: undefined },
    }
  }

  /**
   * Changes the row of a run. A row that somebody else changed meanwhile is read anew, as long as the run is this
   * process's. Whoever waits for the end of it is woken in the same commit.
   *
   * @throws {CommitConflict} when it is somebody else's by now
   */
  async #write(stored: StoredRun, change: (run: Run) => Run, more: readonly Write[], isOwn = true): Promise<Run> {
    let { version, run } = stored
    for (;;) {
      const next = change(run)
      const writes: Write[] = [this.store.updateRun(next, version, this.isMarked(next.workflow)), ...more]
      const isOver = endStates.has(next.state) && next.parent !== undefined && next.facts.continuedAs === undefined
      const parent = isOver ? await this.store.read(stored.tenant, next.parent!) : undefined
      if (parent?.run.state === 'waiting') {
        const woken = { ...parent.run, wakeAt: new Date(this.ports.clock.now()) }
        writes.push(this.store.updateRun(woken, parent.version, this.isMarked(woken.workflow)))
      }
      const checks =
        parent && parent.run.state !== 'waiting'
          ? [{ table: RunRecord.table, key: parent.run.id, version: parent.version }]
          : []
      try {
        await this.store.commit(stored.tenant, writes, this.fences(), checks)
        if (parent) void this.poke(stored.tenant, parent.run.id)
        return next
      } catch (thrown) {
        if (!(thrown instanceof CommitConflict)) throw thrown
        const found = await this.store.read(stored.tenant, run.id)
        const same = found?.version === version
        if (!found || (!same && (!isOwn || found.run.worker !== stored.run.worker))) throw thrown
        ;({ version, run } = found)
      }
    }
  }

  async callStep(
    { tenant, run }: StoredRun,
    command: AnyCommand,
    input: unknown,
    { key, signal, write }: Parameters<ExecutionHost['callStep']>[3],
  ): Promise<Outcome<unknown, AnyFailure>> {
    return this.app.call(command, input as never, {
      as: this.#principals.get(run.id) ?? this.app.self(tenant),
      trusted: true,
      tenant,
      signal,
      surface: 'workflow',
      traceId: run.facts.traceId,
      fences: this.fences(),
      companion: {
        key,
        write: (unit, outcome) => write(dataUnit({ unit }, run.workflow) as DataUnit, outcome),
      },
    }) as Promise<Outcome<unknown, AnyFailure>>
  }

  /** Finds out who a run acts as. Says why it may not, if it may not. */
  async #principalOf({ tenant, run }: StoredRun): Promise<string | undefined> {
    if (run.principal === undefined) return undefined
    const { isUnlisted } = run.facts
    const listed = await this.ports.principals.resolve(run.principal, tenant)
    const principal = listed ?? (isUnlisted ? { id: run.principal, tenant, permissions: [] } : undefined)
    if (!principal) return `Denied: the principal ${run.principal} is not known any more`
    this.#principals.set(run.id, principal)
    return undefined
  }

  backoffMs(failure: AnyFailure, attempts: number): number {
    return pauseMs(failure.retry, attempts)
  }

  readRun(tenant: string, id: string): Promise<StoredRun | undefined> {
    return this.store.read(tenant, id)
  }

  childWrites({ tenant, run }: StoredRun, key: string, workflow: string, id: string, input: unknown): Write[] {
    const facts = this.workflows.get(workflow)!.facts
    const { principal } = run
    const { traceId, isUnlisted } = run.facts
    const child = this.newRun({
      tenant,
      id,
      workflow,
      version: facts.version,
      queue: facts.queue,
      input: toJson(input),
      principal,
      parent: run.id,
      parentKey: key,
      facts: { traceId, isUnlisted },
    })
    return [this.store.insertRun(child, facts.isMarked)]
  }

  /**
   * The outcome of a run, as soon as there is one.
   *
   * @throws the signal's reason
   */
  async outcome(tenant: string, id: string, signal?: AbortSignal): Promise<Outcome<unknown, AnyFailure> | undefined> {
    const waiting = this.waiters.wait(id, signal)
    const stored = await this.store.read(tenant, id)
    if (!stored) return undefined
    const { facts, workflow, outcome } = stored.run
    if (facts.continuedAs) return this.outcome(tenant, facts.continuedAs, signal)
    if (!endStates.has(stored.run.state)) return waiting
    const types = this.workflows.get(workflow)?.facts
    return types ? outcomeFromKept(types, outcome as unknown as KeptOutcome) : undefined
  }
}
