import {
  type AnyCommand,
  castOutput,
  type Json,
  type KeptOutcome,
  type LeaseProof,
  type Maybe,
  outcomeFromKept,
  type Schema,
  systemFailure,
  valueTypeOf,
} from '@heddle/core'
import type { StepOptions, WorkflowFacts } from '../define/types.ts'
import type { Entry, Run, Signal, StoredRun } from '../run/run.ts'
import { unopened } from '../value/far.ts'
import type { Compensation } from './compensation.ts'
import { cancelChildren, cancelledFailure } from './cancel.ts'
import type { Ending } from './ending.ts'
import { RunFailure } from './ending.ts'
import { hashInput, longHash } from './hash-input.ts'
import type { AnyOutcome, ExecutionHost } from './host.ts'
import { Journal, type RecordedEntries } from './journal.ts'
import { committed, reopened } from './kept-steps.ts'
import { blockedBy } from './misfit.ts'
import { pauseMs } from './pause.ts'
import { OwnedRow } from './owned-row.ts'
import { Replay } from './replay.ts'
import { Settling } from './settling.ts'
import { StepCall } from './step-call.ts'
import { Strand } from './strand.ts'
import { type Pending, Waits } from './waits.ts'

export type { ExecutionHost } from './host.ts'

/** How often a defect in a step is tried again before the run is parked. */
const defectAttempts = 3

/** For a body that must not go on: a promise of its own each time, which is forgotten with whoever waits for it. */
const never = (): Promise<never> => new Promise(() => undefined)

/**
 * A run while a process has it in its memory: what its journal says, and what its body waits for. A body that must not go
 * on waits for a promise that never settles, and is forgotten.
 */
export class Execution {
  readonly facts: WorkflowFacts
  readonly host: ExecutionHost
  readonly waits = new Waits()
  readonly compensations: Compensation[] = []
  #exposed: Map<string, () => unknown> | undefined
  readonly row: OwnedRow
  /** The body itself. */
  readonly root: Strand
  /** Resolves when this process is done with the run. */
  readonly ending: Promise<Ending>
  /** Signals that nobody has taken yet, as of so many that were sent. */
  signals: readonly Signal[] = []
  signalsSeen = 0
  readonly #journal: Journal
  /** Goes through what the journal held when this process took the run up. Undefined when all of it had its turn. */
  #replay: Replay | undefined
  #replaying: Promise<void> | undefined
  /** Made by the first step that waits for something else than its commit: it costs more than a step. */
  #abort: AbortController | undefined
  /** How many things the body does that are no waits. */
  #active = 0
  /** How many calls and commits are on their way. */
  #calls = 0
  #onQuiet: (() => void) | undefined
  #entering: Promise<unknown> | undefined
  #cancelled: boolean
  #end!: (ending: Ending) => void
  #ended = false
  readonly #settling = new Settling(() => {
    if (!this.#ended && this.waits.size > 0) this.host.idle(this)
  })

  constructor(host: ExecutionHost, facts: WorkflowFacts, stored: StoredRun, recorded: RecordedEntries) {
    const { entries } = recorded
    this.host = host
    this.facts = facts
    this.root = new Strand(() => (this.#abort ??= new AbortController()).signal)
    this.ending = new Promise((resolve) => (this.#end = resolve))
    this.#journal = new Journal(recorded)
    this.#cancelled = entries.some(({ kind }) => kind === 'cancelled' || kind === 'told')
    this.row = new OwnedRow(host, stored, facts)
    if (entries.length > 0) {
      const reached = (stored.run.facts.waits ?? []).map(({ key }) => key)
      this.#replay = new Replay(entries, facts.renamedFrom, host.ports.timers, reached)
    }
  }

  get stored(): StoredRun {
    return this.row.stored
  }
  /** What the body shows of itself while it runs. */
  get exposed(): Map<string, () => unknown> {
    return (this.#exposed ??= new Map())
  }
  get run(): Run {
    return this.row.stored.run
  }
  /** How many entries the journal has. */
  get length(): number {
    return this.#journal.length
  }
  /** Whether its journal is still gone through. */
  get isReplaying(): boolean {
    return this.#replay !== undefined
  }
  get isEnded(): boolean {
    return this.#ended
  }
  /** Whether it was told of its cancellation. */
  get wasCancelled(): boolean {
    return this.#cancelled
  }
  /** What proves that this process may still write for it. */
  get fences(): readonly LeaseProof[] {
    return this.row.fences
  }
  /** Whether everything that the body does waits. */
  get isResting(): boolean {
    return !this.#ended && this.#active === 0 && this.waits.size > 0
  }

  /** Ends the stretch of this process. The body is not told; a step that is under way ends by itself. */
  stop(ending: Ending): void {
    if (this.#ended) return
    this.#ended = true
    if (ending.kind === 'lost') (this.#abort ??= new AbortController()).abort()
    this.waits.clear()
    this.#end(ending)
  }

  /** When nothing is on its way that could still be written. */
  quiet(): Maybe<void> {
    if (this.#calls > 0) return new Promise<void>((resolve) => (this.#onQuiet = resolve))
  }

  /** The number of the next entry. */
  nextNumber(): number {
    return this.#journal.number()
  }

  #called(): void {
    if (--this.#calls === 0) this.#onQuiet?.()
  }

  /** Stops, and gives a body that asked for something what never comes. */
  #never(ending: Ending): Promise<never> {
    this.stop(ending)
    return never()
  }

  /** When the journal has been gone through. Never, where the code does not fit it: then the run is blocked, unharmed. */
  replayed(): Promise<void> {
    return (this.#replaying ??= this.#goThrough())
  }

  async #goThrough(): Promise<void> {
    const replay = this.#replay
    if (!replay) return
    const misfits = await replay.finished()
    if (misfits.length > 0) return this.#never(blockedBy(misfits, this.run))
    this.#replay = undefined
    if (this.host.isDry) return this.#never({ kind: 'left' })
    replay.release()
  }

  /**
   * Looks a key up that the body asks for.
   *
   * @returns undefined where nothing is recorded and nothing ever was, so that who asks need not wait; its entry, or
   *   undefined; never, where the body must not go on
   * @throws {RunFailure} RunCancelled where that is what is recorded
   */
  #ask(strand: Strand, key: string, kind: Entry['kind'], command?: string, input?: unknown, type?: Schema) {
    const { run } = this
    if (this.#ended) return never()
    if (!this.#journal.isFirst(key)) {
      const because = systemFailure('DuplicateStep', { run: run.id, workflow: run.workflow, key }).message
      return this.#never({ kind: 'parked', because, at: key })
    }
    const replay = this.#replay
    if (!replay) return strand.isGone ? never() : undefined
    // What nobody waits for any more is told what is recorded, and begins nothing new.
    if (strand.isGone && !replay.has(key)) return never()
    const until = this.#journal.timers.get(replay.nameOf(key))
    if (until !== undefined) this.#journal.timers.set(key, until)
    void this.replayed()
    return this.#recorded(strand, replay.ask({ key, kind, command, input, type }))
  }

  async #recorded(strand: Strand, asked: Entry | undefined | Promise<Entry | undefined>): Promise<Entry | undefined> {
    const found = asked instanceof Promise ? await asked : asked
    if (found === undefined) return strand.isGone || this.#ended ? never() : undefined
    if (found.kind !== 'cancelled') return found
    strand.tell()
    throw cancelledFailure(this.run)
  }

  /** Before anything new: the run must be this process's, and what was noted must be durable. */
  async #enter(): Promise<void> {
    while (this.#mustEnter) {
      const change = this.#isEntered ? undefined : ({ state: 'running' } as const)
      await (this.#entering ??= this.commit([], change).finally(() => (this.#entering = undefined)))
    }
  }
  get #mustEnter(): boolean {
    return this.#entering !== undefined || !this.#isEntered || this.#journal.buffer.length > 0
  }
  get #isEntered(): boolean {
    return this.run.state === 'running' && this.run.version === this.facts.version
  }

  /** Tells a strand, at the place that it asks for, that the run was cancelled. */
  async #refuse(strand: Strand, key: string): Promise<never> {
    strand.tell()
    this.#cancelled = true
    await this.commit([{ key, kind: 'cancelled', at: this.#now() }])
    throw cancelledFailure(this.run)
  }
  #mustRefuse(strand: Strand): boolean {
    return this.run.facts.cancel === true && !strand.isTold
  }

  #now(): Date {
    return new Date(this.host.ports.clock.now())
  }

  step(strand: Strand, key: string, command: AnyCommand, input: unknown, options?: StepOptions): Promise<unknown> {
    return this.tryStep(strand, key, command, input, options).then(valueOf)
  }

  /** Calls a step until it has an outcome that is durable. */
  async tryStep(
    strand: Strand,
    key: string,
    command: AnyCommand,
    input: unknown,
    { attempts = 10 }: StepOptions = {},
  ): Promise<AnyOutcome> {
    // What the command does with it comes later.
    const hash = hashInput(input)
    const asked = this.#ask(strand, key, 'step', command.name, input, valueTypeOf(command))
    const found = asked && (await asked)
    if (found) return outcomeFromKept(command, found.value as unknown as KeptOutcome)
    if (!this.facts.steps.includes(command)) {
      return this.#never({ kind: 'parked', because: `${command.name} is not listed in steps`, at: key })
    }
    const call = new StepCall(this, strand, key, command, hash)
    this.#active++
    try {
      for (let attempt = 1; ; attempt++) {
        if (this.#mustEnter) await this.#enter()
        if (this.#mustRefuse(strand)) await this.#refuse(strand, key)
        let outcome: AnyOutcome
        this.#calls++
        try {
          outcome = await this.host.callStep(this, command, input, call)
          // The answer of a commit may have been lost on its way, although it was made.
          if (!outcome.ok && call.number !== undefined)
            outcome = (await committed(this.host.store, this.stored, command, call.number)) ?? outcome
        } finally {
          this.#called()
        }
        if (this.#ended) return never()
        if (outcome.ok) {
          if (!call.written) await this.commit([(call.written = await call.entryOf(outcome))]) // A query has no writes to go with.
          return unopened(call.written.value)?.files.length
            ? await reopened(this.host.store, this.stored.tenant, command, call.written)
            : outcome
        }
        if (strand.isGone) return never()
        const { retry, code, data, message } = outcome.errors[0]!
        if (code === 'LeaseLost' && this.row.isFence(data)) return this.#never({ kind: 'lost' })
        if (code === 'Internal' && attempt >= defectAttempts) {
          return this.#never({ kind: 'parked', because: message, at: key })
        }
        if (retry === 'never' || attempt >= attempts) {
          await this.commit([await call.entryOf(outcome)])
          return outcome
        }
        await this.#pause(strand, key, pauseMs(retry, attempt))
        if (strand.isGone) return never()
      }
    } finally {
      this.#active--
      if (this.waits.size > 0) this.settle()
    }
  }

  /** Waits before a step is tried again. */
  async #pause(strand: Strand, key: string, delayMs: number): Promise<void> {
    const until = this.host.ports.clock.now() + delayMs
    this.#active--
    try {
      await new Promise<void>((resolve) => this.#wait({ kind: 'retry', key, until, strand }, () => resolve(), resolve))
    } finally {
      this.#active++
    }
  }

  #wait(wait: Omit<Pending, 'settle' | 'cancel'>, settle: (entry?: Entry) => void, cancel: () => void): void {
    if (this.#ended) return
    const end = (then: () => void) => {
      this.waits.remove(wait.key)
      then()
    }
    this.waits.add({ ...wait, settle: (entry) => end(() => settle(entry)), cancel: () => end(cancel) })
    this.settle()
  }

  #waitFor(wait: Omit<Pending, 'settle' | 'cancel'>): Promise<Entry> {
    return new Promise((resolve, reject) => {
      const cancel = () => reject(cancelledFailure(this.run))
      this.#wait(wait, (entry) => resolve(entry!), cancel)
    })
  }

  /** Waits for what comes from others, which may lie elsewhere. */
  async #opened(wait: Omit<Pending, 'settle' | 'cancel'>): Promise<Entry> {
    const entry = await this.#waitFor(wait)
    return unopened(entry.value) ? this.host.store.opened(this.stored.tenant, entry) : entry
  }

  /** Waits until a time. */
  async sleep(strand: Strand, key: string, untilMs: (now: number) => number): Promise<void> {
    const asked = this.#ask(strand, key, 'fired')
    if (asked && (await asked)) return
    if (this.#mustRefuse(strand)) await this.#refuse(strand, key)
    const until = this.#journal.timers.get(key) ?? untilMs(this.host.ports.clock.now())
    await this.#waitFor({ kind: 'timer', key, until, strand })
  }

  /**
   * Waits for a signal. Undefined when its time is over.
   *
   * @param isLate the row is looked at once more, so that nothing that was sent before is missed
   */
  async signal(strand: Strand, key: string, name: string, timeoutMs?: number, isLate = false): Promise<unknown> {
    const type = this.facts.signals[name]
    const asked = this.#ask(strand, key, 'signal', undefined, undefined, type)
    let found = asked && (await asked)
    if (!found) {
      if (this.#mustRefuse(strand)) await this.#refuse(strand, key)
      const ends = timeoutMs === undefined ? undefined : this.host.ports.clock.now() + timeoutMs
      const until = this.#journal.timers.get(key) ?? ends
      if (isLate) await this.commit([], { state: 'running' })
      found = await this.#opened({ kind: 'signal', key, name, until, strand })
    }
    const { data, none } = found.value as { data?: Json; none?: boolean }
    if (none) return undefined
    return type ? castOutput(type, data ?? null) : data
  }

  /** Starts a run as a part of this one, and says which it is. */
  async startChild(strand: Strand, key: string, workflow: string, input: unknown): Promise<string> {
    const startKey = `${key}/start`
    const asked = this.#ask(strand, startKey, 'value', workflow)
    const found = asked && (await asked)
    if (found) return found.value as string
    this.#active++
    try {
      if (this.#mustEnter) await this.#enter()
      if (this.#mustRefuse(strand)) await this.#refuse(strand, startKey)
      const id = `${this.run.id}.${longHash(key).slice(0, 12)}`
      const { writes, begin } = await this.host.relatives.start(this.stored, key, workflow, id, input)
      // The row changes too: a child must not begin for somebody who has lost the run meanwhile.
      const entry: Entry = { key: startKey, kind: 'value', command: workflow, value: id, at: this.#now() }
      await this.commit([entry], { state: 'running' }, writes)
      begin()
      return id
    } finally {
      this.#active--
      if (this.waits.size > 0) this.settle()
    }
  }

  /** Waits for the outcome of a child. */
  async childOutcome(strand: Strand, key: string, id: string, facts: WorkflowFacts): Promise<AnyOutcome> {
    const asked = this.#ask(strand, key, 'child', undefined, undefined, facts.output)
    let found = asked && (await asked)
    if (!found) {
      let childTold = this.#journal.told.has(key)
      if (this.#mustRefuse(strand) && !childTold) {
        await cancelChildren(this, [{ key, name: id }])
        childTold = true
      }
      found = await this.#opened({ kind: 'child', key, name: id, strand, childTold })
    }
    const outcome = outcomeFromKept(facts, found.value as unknown as KeptOutcome)
    // It was told by way of its child. One that succeeded all the same leaves it to the next place.
    if (!outcome.ok && this.#journal.told.has(key)) strand.tell()
    return outcome
  }

  /** A value that is the same on each replay. */
  async value(strand: Strand, key: string, make: () => Json): Promise<Json> {
    const asked = this.#ask(strand, key, 'value')
    const found = asked && (await asked)
    if (found) return found.value!
    const entry: Entry = { key, kind: 'value', value: make(), at: this.#now() }
    this.#journal.buffer.push(entry)
    return entry.value!
  }

  /** The branch that a race was decided for, if it was. */
  async raceWinner(strand: Strand, key: string): Promise<string | undefined> {
    const asked = this.#ask(strand, key, 'race')
    return asked && ((await asked)?.value as string | undefined)
  }

  /** Notes how a race was decided; what the others wait for is forgotten. */
  decideRace(key: string, winner: string): void {
    this.#journal.buffer.push({ key, kind: 'race', value: winner, at: this.#now() })
    this.waits.giveUp()
  }

  /** Looks soon whether all that the body does waits. */
  settle(): void {
    if (!this.#ended && this.waits.size > 0) this.#settling.soon()
  }

  /** Timers that are not written down yet. */
  unwrittenTimers(): Entry[] {
    const at = this.#now()
    return this.waits
      .timed()
      .filter(({ key }) => !this.#journal.timers.has(key))
      .map(({ key, until }) => ({ key, kind: 'timer', value: until!, at }))
  }

  /** It was told of its cancellation, or one of its children was. */
  noteCancelled(): void {
    this.#cancelled = true
  }

  /**
   * Makes entries durable, and what has changed of the row; what was noted goes first. Never comes back where the run is
   * no longer this process's, or where that is not known for now.
   *
   * @param isStill whether the row may still be changed so, also where it was changed meanwhile
   * @returns false where it may not
   */
  async commit(
    entries: readonly Entry[],
    change?: Partial<Run>,
    more: Parameters<OwnedRow['write']>[2] = [],
    isStill?: (run: Run) => boolean,
  ): Promise<boolean> {
    if (this.#ended) return never()
    const noted = this.#journal.buffer.splice(0)
    const all = [...noted, ...entries]
    const numbered = all.map((entry) => ({ entry, number: this.#journal.number() }))
    this.#calls++
    let trouble: Ending | 'news' | undefined
    try {
      trouble = await this.row.write(numbered, change, more, isStill)
    } catch (thrown) {
      trouble = { kind: 'left', trouble: (thrown as Error).message }
    } finally {
      this.#called()
    }
    if (trouble === 'news') this.#journal.buffer.unshift(...noted)
    else if (trouble) return this.#never(trouble)
    else for (const { entry } of numbered) this.#journal.note(entry)
    return this.#ended ? never() : trouble === undefined
  }

  /** Reads the row anew, after something happened to it. */
  async refresh(): Promise<void> {
    if ((await this.row.refresh()) === 'lost') this.stop({ kind: 'lost' })
  }
}

/** @throws {RunFailure} what it failed with */
function valueOf(outcome: AnyOutcome): unknown {
  if (outcome.ok) return outcome.value
  throw new RunFailure(outcome.errors)
}
