import {
  type AnyCommand,
  type AnyFailure,
  castOutput,
  CommitConflict,
  Failure,
  failed,
  type Json,
  type KeptOutcome,
  keepOutcome,
  type LeaseProof,
  type Outcome,
  outcomeFromKept,
  type Ports,
  type Schema,
  success,
  systemFailure,
  toJson,
  valueTypeOf,
} from '@heddle/core'
import { type DataUnit, type Write } from '@heddle/data'
import type { StepOptions, WorkflowFacts } from '../define/types.ts'
import type { Entry, Run, Signal, StoredRun, Wait } from '../run/run.ts'
import { endStates } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'
import type { Ending } from './ending.ts'
import { RunFailure } from './ending.ts'
import { hashInput } from './hash-input.ts'
import { type Misfit, misfitText } from './misfit.ts'
import { Replay } from './replay.ts'

/** A wait that the body is at. */
interface Pending extends Wait {
  readonly settle: (value: unknown) => void
  readonly cancel: () => void
}

/** Something that undoes a step, until the run has succeeded. */
export interface Compensation {
  readonly key: string
  readonly command: AnyCommand
  readonly input: unknown
}

/** What an execution asks of the engine that runs it. */
export interface ExecutionHost {
  readonly store: RunStore
  readonly ports: Ports
  /** Whether nothing may happen: the journal is gone through, and that is all. */
  readonly isDry?: boolean
  /** The leases that this process holds while it may run anything. */
  fences(): readonly LeaseProof[]
  worker: string
  /** Calls a command as a step. `write` adds the journal's entry to what it commits. */
  callStep(
    run: StoredRun,
    command: AnyCommand,
    input: unknown,
    step: { key: string; signal: AbortSignal; write: (unit: DataUnit, outcome: Outcome<unknown, AnyFailure>) => void },
  ): Promise<Outcome<unknown, AnyFailure>>
  /** Nothing of the body runs; everything waits. */
  idle(execution: Execution): void
  /** How long to wait before a failure is tried again, in milliseconds. */
  backoffMs(failure: AnyFailure, attempts: number): number
  /** Reads another run of the tenant. */
  readRun(tenant: string, id: string): Promise<StoredRun | undefined>
  /** The writes that start a run as a part of another. */
  childWrites(parent: StoredRun, key: string, workflow: string, id: string, input: unknown): readonly Write[]
  /** Learns of a child whose row is durable. */
  admit(tenant: string, id: string): void
}

/** How often a defect in a step is tried again before the run is parked. */
const defectAttempts = 3

/**
 * A run while a process has it in its memory: what its journal says, and what its body waits for. A body that must not go
 * on waits for a promise that never settles, and is forgotten.
 */
export class Execution {
  readonly facts: WorkflowFacts
  readonly host: ExecutionHost
  readonly abort = new AbortController()
  /** Its row as it was last read or written. */
  stored: StoredRun
  readonly waits = new Map<string, Pending>()
  readonly compensations: Compensation[] = []
  readonly exposed = new Map<string, () => unknown>()
  /** Signals that nobody has taken yet. */
  signals: Signal[] = []
  /** Goes through what the journal held when this process took the run up. Undefined when all of it had its turn. */
  #replay: Replay | undefined
  /** When timers end that were written down, by key. */
  readonly #timers = new Map<string, number>()
  readonly #asked = new Set<string>()
  /** Entries that are to be made durable with whatever is next. */
  readonly #buffer: Entry[] = []
  #next: number
  #active = 0
  #entering: Promise<void> | undefined
  #cancelled = false
  #end!: (ending: Ending) => void
  #ended = false
  /** Resolves when this process is done with the run. */
  readonly ending: Promise<Ending>

  constructor(
    host: ExecutionHost,
    facts: WorkflowFacts,
    stored: StoredRun,
    journal: { readonly entries: readonly Entry[]; readonly last: number },
  ) {
    this.host = host
    this.facts = facts
    this.stored = stored
    this.#next = journal.last + 1
    this.ending = new Promise((resolve) => (this.#end = resolve))
    for (const entry of journal.entries) this.#note(entry)
    if (journal.entries.length > 0) this.#replay = new Replay(journal.entries, facts.renamedFrom, host.ports.timers)
  }

  get run(): Run {
    return this.stored.run
  }
  /** How many entries the journal has. */
  get length(): number {
    return this.#next
  }
  get isEnded(): boolean {
    return this.#ended
  }
  /** Whether it was told of its cancellation. */
  get wasCancelled(): boolean {
    return this.#cancelled
  }
  /** Whether the body is at a place of its own where the journal has no more to say. */
  get isLive(): boolean {
    return !this.#ended
  }

  #note(entry: Entry): void {
    if (entry.kind === 'timer') this.#timers.set(entry.key, Number(entry.value))
    if (entry.kind === 'cancelled') this.#cancelled = true
  }

  /** Ends the stretch of this process. The body is not told. */
  stop(ending: Ending): void {
    if (this.#ended) return
    this.#ended = true
    this.abort.abort()
    this.waits.clear()
    this.#end(ending)
  }

  /** Stops, and gives a body that asked for something what never comes. */
  #never<Value>(ending: Ending): Promise<Value> {
    this.stop(ending)
    return new Promise(() => undefined)
  }

  /**
   * Looks a key up that the body asks for.
   *
   * @returns its entry; undefined where there is none. A promise that never settles where the run must stop
   */
  #ask(
    key: string,
    kind: Entry['kind'],
    command?: string,
    input?: string,
    type?: Schema,
  ): Entry | undefined | Promise<Entry | undefined> {
    const { run } = this
    if (this.#ended) return new Promise(() => undefined)
    if (this.#asked.has(key)) {
      const because = systemFailure('DuplicateStep', { run: run.id, workflow: run.workflow, key }).message
      return this.#never({ kind: 'parked', because, at: key })
    }
    this.#asked.add(key)
    if (!this.#replay) return this.#isGivenUp(key) ? new Promise(() => undefined) : undefined
    const name = this.#replay.nameOf(key)
    const until = this.#timers.get(name)
    if (until !== undefined) this.#timers.set(key, until)
    void this.replayed()
    return this.#replay.ask({ key, kind, command, input, type })
  }

  #replaying: Promise<void> | undefined

  /** When the journal has been gone through. Never, where the code does not fit it: then the run is blocked, unharmed. */
  replayed(): Promise<void> {
    return (this.#replaying ??= this.#goThrough())
  }

  async #goThrough(): Promise<void> {
    const replay = this.#replay
    if (!replay) return
    const misfits = await replay.finished()
    if (misfits.length > 0) return this.#never(this.#blockedBy(misfits))
    this.#replay = undefined
    if (this.host.isDry) return this.#never({ kind: 'left' })
    replay.release((key) => !this.#isGivenUp(key))
  }

  #blockedBy(misfits: readonly Misfit[]): Ending {
    const [first] = misfits
    const more = misfits.length > 1 ? ` (and ${misfits.length - 1} more)` : ''
    return { kind: 'blocked', because: misfitText(first!, this.run) + more, at: first!.key, misfits }
  }

  /** Before anything new: the run must be this process's, and what was noted must be durable. */
  #enter(): Promise<void> | undefined {
    if (this.#entering) return this.#entering
    const { state, version } = this.run
    const isOwn = state === 'running' && version === this.facts.version
    if (isOwn && this.#buffer.length === 0) return undefined
    const change = isOwn ? undefined : ({ state: 'running' } as const)
    const entering = this.commit([], change).finally(() => (this.#entering = undefined))
    return (this.#entering = entering)
  }

  /** What cancels the place that the body asks for, if it is to be told now. */
  async #refusal(key: string): Promise<void> {
    if (!this.run.facts.cancel || this.#cancelled) return
    await this.cancelAt([key])
    throw cancelledFailure(this.run)
  }

  /** Notes durably that these keys were cancelled, and with that the run. */
  async cancelAt(keys: readonly string[]): Promise<void> {
    this.#cancelled = true
    const at = this.#now()
    await this.commit(keys.map((key) => ({ key, kind: 'cancelled', at })))
  }

  #now(): Date {
    return new Date(this.host.ports.clock.now())
  }

  /** A failure of the whole run is a thrown list of failures; a body may catch it. */
  async step(key: string, command: AnyCommand, input: unknown, options: StepOptions = {}): Promise<unknown> {
    const outcome = await this.tryStep(key, command, input, options)
    if (outcome.ok) return outcome.value
    throw new RunFailure(outcome.errors)
  }

  async tryStep(
    key: string,
    command: AnyCommand,
    input: unknown,
    { attempts: limit = 10 }: StepOptions = {},
  ): Promise<Outcome<unknown, AnyFailure>> {
    const json = toJson(input)
    const hash = hashInput(json)
    const asked = this.#ask(key, 'step', command.name, hash, valueTypeOf(command))
    const found = asked instanceof Promise ? await asked : asked
    if (found?.kind === 'cancelled') throw cancelledFailure(this.run)
    if (found) return outcomeFromKept(command, found.value as KeptOutcome)
    if (!this.facts.steps.includes(command)) {
      return this.#never({ kind: 'parked', because: `${command.name} is not listed in steps`, at: key })
    }
    this.#active++
    try {
      const entering = this.#enter()
      if (entering) await entering
      await this.#refusal(key)
      return await this.#attempt(key, command, input, hash, limit)
    } finally {
      this.#active--
      this.settle()
    }
  }

  async #attempt(key: string, command: AnyCommand, input: unknown, hash: string, limit: number) {
    let number: number | undefined
    for (let attempts = 1; ; attempts++) {
      let entry: Entry | undefined
      const noted = (outcome: Outcome<unknown, AnyFailure>): Entry => ({
        key,
        kind: 'step',
        command: command.name,
        input: hash,
        value: keepOutcome(outcome) as unknown as Json,
        at: this.#now(),
      })
      const outcome = await this.host.callStep(this.stored, command, input, {
        key: `${this.run.id}/${key}`,
        signal: this.abort.signal,
        write: (unit, done) => {
          number ??= this.#next++
          entry = noted(done)
          this.host.store.putEntry(unit, this.run.id, number, entry, this.facts.isMarked)
        },
      })
      if (this.#ended) return new Promise<never>(() => undefined)
      if (outcome.ok) {
        if (entry) this.#note(entry)
        else await this.commit([noted(outcome)]) // A query has no writes to go with.
        return outcome
      }
      const [first] = outcome.errors
      if (first!.code === 'LeaseLost') return this.#never<never>({ kind: 'left' })
      if (first!.code === 'Internal' && attempts >= defectAttempts) {
        return this.#never<never>({ kind: 'parked', because: first!.message, at: key })
      }
      if (first!.retry === 'never' || attempts >= limit) {
        await this.commit([noted(outcome)])
        return outcome
      }
      await this.#pause(key, this.host.backoffMs(first!, attempts))
      await this.#refusal(key)
    }
  }

  /** Waits in memory before a step is tried again. */
  #pause(key: string, delayMs: number): Promise<void> {
    const { timers, clock } = this.host.ports
    return new Promise((resolve) => {
      const end = () => {
        stop()
        this.waits.delete(key)
        resolve()
      }
      const stop = timers.after(delayMs, end)
      this.waits.set(key, { kind: 'retry', key, until: clock.now() + delayMs, settle: end, cancel: end })
    })
  }

  /** Waits until a time. */
  async sleep(key: string, untilMs: (now: number) => number): Promise<void> {
    const asked = this.#ask(key, 'fired')
    const found = asked instanceof Promise ? await asked : asked
    if (found?.kind === 'cancelled') throw cancelledFailure(this.run)
    if (found) return
    await this.#refusal(key)
    await this.#wait({ kind: 'timer', key, until: this.#timers.get(key) ?? untilMs(this.host.ports.clock.now()) })
  }

  /** Waits for a signal. Undefined when its time is over. */
  async signal(key: string, name: string, timeoutMs?: number): Promise<unknown> {
    const asked = this.#ask(key, 'signal', undefined, undefined, this.facts.signals[name])
    let found = asked instanceof Promise ? await asked : asked
    if (found?.kind === 'cancelled') throw cancelledFailure(this.run)
    if (!found) {
      await this.#refusal(key)
      const known = this.#timers.get(key)
      const until = known ?? (timeoutMs === undefined ? undefined : this.host.ports.clock.now() + timeoutMs)
      found = (await this.#wait({ kind: 'signal', key, name, until })) as Entry
    }
    const { value } = found as { value?: { data?: Json; none?: boolean } }
    if (value?.none) return undefined
    const type = this.facts.signals[name]
    return type ? castOutput(type, value?.data ?? null) : value?.data
  }

  /** Starts a run as a part of this one, and says which it is. */
  async startChild(key: string, workflow: string, input: unknown): Promise<string> {
    const asked = this.#ask(`${key}/start`, 'value', workflow)
    const found = asked instanceof Promise ? await asked : asked
    if (found?.kind === 'cancelled') throw cancelledFailure(this.run)
    if (found) return found.value as string
    this.#active++
    try {
      await this.#refusal(`${key}/start`)
      const id = `${this.run.id}.${hashInput(key).slice(0, 12)}`
      const entry: Entry = { key: `${key}/start`, kind: 'value', command: workflow, value: id, at: this.#now() }
      const writes = this.host.childWrites(this.stored, key, workflow, id, input)
      await this.commit([entry], { state: 'running' }, writes)
      this.host.admit(this.stored.tenant, id)
      return id
    } finally {
      this.#active--
      this.settle()
    }
  }

  /** Waits for the outcome of a child. */
  async childOutcome(key: string, id: string, facts: WorkflowFacts): Promise<Outcome<unknown, AnyFailure>> {
    const asked = this.#ask(key, 'child', undefined, undefined, facts.output)
    let found = asked instanceof Promise ? await asked : asked
    if (found?.kind === 'cancelled') throw cancelledFailure(this.run)
    if (!found) {
      await this.#refusal(key)
      found = (await this.#wait({ kind: 'child', key, name: id })) as Entry
    }
    return outcomeFromKept(facts, found.value as unknown as KeptOutcome)
  }

  /** A value that is the same on each replay. */
  async value(key: string, make: () => Json): Promise<Json> {
    const asked = this.#ask(key, 'value')
    const found = asked instanceof Promise ? await asked : asked
    if (found && found.kind !== 'cancelled') return found.value!
    const entry: Entry = { key, kind: 'value', value: make(), at: this.#now() }
    this.#buffer.push(entry)
    return entry.value!
  }

  /** The branch that a race was decided for, if it was. */
  async raceWinner(key: string): Promise<string | undefined> {
    const asked = this.#ask(key, 'race')
    const found = asked instanceof Promise ? await asked : asked
    return found?.kind === 'race' ? (found.value as string) : undefined
  }

  decideRace(key: string, winner: string, losers: readonly string[]): void {
    this.#buffer.push({ key, kind: 'race', value: winner, at: this.#now() })
    this.giveUp(losers)
  }

  readonly #givenUp: string[] = []

  #isGivenUp(key: string): boolean {
    return this.#givenUp.length > 0 && this.#givenUp.some((path) => key.startsWith(path))
  }

  /** Forgets what branches wait for that nobody waits for. What they have recorded they are still answered. */
  giveUp(paths: readonly string[]): void {
    this.#givenUp.push(...paths)
    for (const [key, wait] of this.waits) {
      if (!paths.some((path) => key.startsWith(path))) continue
      this.waits.delete(key)
      if (wait.kind === 'retry') wait.cancel()
    }
  }

  #wait(wait: Wait): Promise<unknown> {
    if (this.#ended) return new Promise(() => undefined)
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        this.waits.delete(wait.key)
        settle()
      }
      this.waits.set(wait.key, {
        ...wait,
        settle: (value) => end(() => resolve(value)),
        cancel: () => end(() => reject(cancelledFailure(this.run))),
      })
      this.settle()
    })
  }

  /** Tells the engine when the body has come to rest: everything that it does waits. */
  settle(): void {
    if (this.#ended || this.#active > 0 || this.waits.size === 0) return
    void this.#rest()
  }

  async #rest(): Promise<void> {
    // What was settled goes on within a few turns of the microtask queue; only then is it known what it asks for next.
    for (let turn = 0; turn < 12; turn++) await Promise.resolve()
    if (this.#ended || this.#active > 0 || this.waits.size === 0) return
    for (const { kind } of this.waits.values()) if (kind === 'retry') return
    this.host.idle(this)
  }

  /** Whether everything that the body does waits. */
  get isResting(): boolean {
    return !this.#ended && this.#active === 0 && this.waits.size > 0
  }

  /** What it waits for, with timers that are not written down yet. */
  restingWrites(): { entries: Entry[]; waits: Wait[]; wakeAt: number | undefined } {
    const entries: Entry[] = []
    const waits: Wait[] = []
    let wakeAt: number | undefined
    for (const { kind, key, until, name } of this.waits.values()) {
      waits.push({ kind, key, until, name })
      if (until === undefined) continue
      if (!this.#timers.has(key)) entries.push({ key, kind: 'timer', value: until, at: this.#now() })
      wakeAt = Math.min(wakeAt ?? until, until)
    }
    return { entries, waits, wakeAt }
  }

  /** The waits that are over: for a time that has come, for a signal that was sent, for a child that has ended. */
  async over(): Promise<{ entries: Entry[]; writes: Write[]; tell: () => void }> {
    const now = this.host.ports.clock.now()
    const at = new Date(now)
    const entries: Entry[] = []
    const writes: Write[] = []
    const taken: Signal[] = []
    const told: (() => void)[] = []
    const done = (wait: Pending, entry: Entry) => {
      entries.push(entry)
      told.push(() => wait.settle(entry))
    }
    for (const wait of this.waits.values()) {
      const { kind, key, name, until } = wait
      if (kind === 'signal') {
        const signal = this.signals.find((one) => one.name === name && !taken.includes(one))
        if (signal) {
          taken.push(signal)
          writes.push(this.host.store.removeSignal(signal))
          done(wait, { key, kind: 'signal', value: { data: signal.data ?? null }, at })
        } else if (until !== undefined && until <= now) done(wait, { key, kind: 'signal', value: { none: true }, at })
      } else if (kind === 'child') {
        const child = await this.host.readRun(this.stored.tenant, name!)
        if (child && endStates.has(child.run.state)) {
          done(wait, { key, kind: 'child', value: child.run.outcome ?? null, at })
        }
      } else if (kind === 'timer' && until! <= now) done(wait, { key, kind: 'fired', at })
    }
    const tell = () => {
      this.signals = this.signals.filter((signal) => !taken.includes(signal))
      for (const tellOne of told) tellOne()
    }
    return { entries, writes, tell }
  }

  /** The keys that the body waits at, but for children, which are cancelled themselves. */
  cancelWaits(): { keys: string[]; tell: () => void } {
    const pending = [...this.waits.values()]
    return { keys: pending.map(({ key }) => key), tell: () => pending.forEach((wait) => wait.cancel()) }
  }

  /**
   * Makes entries durable, and what has changed of the row. Noted entries go first.
   *
   * A signal, a cancellation or an operator may have changed the row meanwhile: then it is read anew, and what they said is
   * kept. When it is no longer this process's, the run is left.
   */
  async commit(entries: readonly Entry[], change?: Partial<Run>, more: readonly Write[] = []): Promise<void> {
    const { store } = this.host
    const all = [...this.#buffer.splice(0), ...entries]
    const numbered = all.map((entry) => ({ entry, number: this.#next++ }))
    for (;;) {
      const writes = numbered.map(({ entry, number }) =>
        store.insertEntry(this.run.id, number, entry, this.facts.isMarked),
      )
      let run = this.run
      if (change) {
        // Whatever changes its row has gone through the whole journal: from here on the run is one of this code.
        const { version } = this.facts
        run = { ...run, version, ...change, facts: { ...run.facts, ...change.facts } }
        if (run.state === 'running') run = { ...run, worker: this.host.worker, wakeAt: undefined, lane: undefined }
        writes.push(store.updateRun(run, this.stored.version, this.facts.isMarked))
      }
      if (writes.length + more.length === 0) return
      try {
        await store.commit(this.stored.tenant, [...writes, ...more], this.host.fences())
        if (change) this.stored = { ...this.stored, version: this.stored.version + 1, run }
        for (const { entry } of numbered) this.#note(entry)
        return
      } catch (thrown) {
        if (thrown instanceof Failure && thrown.code === 'LeaseLost') return this.#never({ kind: 'left' })
        if (!(thrown instanceof CommitConflict) || !(await this.refresh())) {
          if (thrown instanceof CommitConflict) return this.#never({ kind: 'left' })
          throw thrown
        }
      }
    }
  }

  /** Reads the row anew. Says whether the run is still this process's. */
  async refresh(): Promise<boolean> {
    const { tenant, version, run } = this.stored
    const found = await this.host.store.read(tenant, run.id)
    if (!found || found.version === version) return false
    const isOwn = found.run.worker === this.host.worker || (found.run.worker === undefined && run.worker === undefined)
    if (!isOwn || found.run.state === 'paused' || endStates.has(found.run.state)) return false
    this.stored = found
    return true
  }

  /** The outcome of a body that returned. */
  returned(value: unknown): Outcome<unknown, AnyFailure> {
    return value instanceof Failure ? failed([value]) : success(value)
  }
}

/** What a cancelled run is told at the place where it waits. */
export const cancelledFailure = ({ id }: Run): RunFailure =>
  new RunFailure([systemFailure('RunCancelled', { run: id })])
