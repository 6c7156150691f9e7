import {
  type AnyCommand,
  type AnyFailure,
  CommitConflict,
  failed,
  holdsAnnotation,
  type Json,
  type KeptOutcome,
  keepOutcome,
  type LeaseProof,
  mask,
  type Maybe,
  type OpenApp,
  type Outcome,
  outcomeFromKept,
  type Ports,
  type Principal,
  systemFailure,
} from '@heddle/core'
import { chain, type DataUnit, dataUnit, RunRecord, SecretRunRecord } from '@heddle/data'
import type { Place } from '../queue/place.ts'
import { pauseMs } from '../body/pause.ts'
import { encodeRun } from '../run/rows.ts'
import type { Run, StoredRun } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'
import { unopened } from '../value/far.ts'
import { refusedNow } from './refused-now.ts'

/** How often a job is tried in all, unless it says otherwise. */
const usualTries = 10
/** How often a job is tried whose command throws: that seldom goes away by itself. */
const defectTries = 3

/** What jobs need of the engine. */
export interface JobsHost {
  readonly app: OpenApp
  readonly ports: Ports
  readonly store: RunStore
  worker(): string
  fences(): readonly LeaseProof[]
  isMarked(name: string): boolean
  /** Changes the row of a run that is this process's. @throws {CommitConflict} when it is not any more */
  write(stored: StoredRun, change: (run: Run) => Run): Promise<Run>
  over(run: Run, state: 'succeeded' | 'failed' | 'cancelled', outcome: Json): Run
  halted(run: Run, state: 'parked' | 'blocked', because: string): Run
  /** Who it acts as, or why it may not. */
  principalOf(stored: StoredRun): Promise<Principal | undefined | { readonly denied: string }>
  /** Tells those who wait for its outcome. */
  tell(run: string, outcome: Outcome<unknown, AnyFailure>): void
  /** It goes on by itself at this time. */
  expect(atMs: number): void
  /** It runs no more in this process. */
  left(run: string): void
}

/** A job in hand. */
interface Job {
  stored: StoredRun
  readonly abort: AbortController
  /** What it gave, as it is kept, where there are files in it. */
  files?: Json | undefined
  /** Whether its end was written with what its command wrote. */
  isNoted?: boolean
}

/**
 * Runs jobs: each is one call of a command. What the command writes and the end of the job become durable together, so that
 * it succeeds once. A failure that may pass is tried again later, from the database; a final one becomes a dead letter.
 */
export class Jobs {
  readonly #host: JobsHost
  readonly #inHand = new Map<string, Job>()
  #onIdle: (() => void) | undefined

  constructor(host: JobsHost) {
    this.#host = host
  }

  has(run: string): boolean {
    return this.#inHand.has(run)
  }

  /** Resolves when no job runs any more. */
  idle(): Promise<void> {
    if (this.#inHand.size === 0) return Promise.resolve()
    return new Promise((resolve) => (this.#onIdle = resolve))
  }

  /** The row of a job was changed by somebody else: perhaps it was cancelled. */
  async refresh(run: string): Promise<void> {
    const job = this.#inHand.get(run)
    if (!job) return
    const { stored, abort } = job
    const found = await this.#host.store.read(stored.tenant, run)
    if (!found || !this.#isOwn(found.run)) return abort.abort()
    job.stored = await this.#host.store.openInput(found)
    if (found.run.facts.cancel) abort.abort(systemFailure('RunCancelled', { run }))
  }

  /** Takes a job in hand whose row says that it is this process's. */
  run(stored: StoredRun, command: AnyCommand, place: Place | undefined): void {
    const { id } = stored.run
    const job: Job = { stored, abort: new AbortController() }
    this.#inHand.set(id, job)
    void this.#work(job, command, place)
      .catch((thrown: unknown) => this.#trouble(job, thrown))
      .finally(() => {
        // A worker that lost its lease may have taken the job up again under another name.
        if (this.#inHand.get(id) === job) this.#inHand.delete(id)
        this.#host.left(id)
        if (this.#inHand.size === 0) this.#onIdle?.()
      })
  }

  async #work(job: Job, command: AnyCommand, place: Place | undefined): Promise<void> {
    // The end of the job expects the version that its row has now.
    const found = await this.#host.store.read(job.stored.tenant, job.stored.run.id)
    if (!found || !this.#isOwn(found.run)) return
    job.stored = await this.#host.store.openInput(found)
    const { run } = found
    if (run.facts.cancel) return this.#cancelled(job)
    const principal = await this.#host.principalOf(job.stored)
    const denied =
      principal && 'denied' in principal
        ? principal.denied
        : await refusedNow(this.#host.app, job.stored, command, principal)
    if (denied !== undefined) {
      await this.#host.write(job.stored, (now) => this.#host.halted(now, 'parked', denied))
      return
    }
    const outcome = await this.#call(job, command, principal as Principal | undefined, place)
    if (outcome.ok) return this.#succeeded(job, command, outcome)
    if (job.abort.signal.aborted && job.stored.run.facts.cancel) return this.#cancelled(job)
    const [first] = outcome.errors
    if (first!.code === 'LeaseLost') return
    const attempts = (run.facts.attempts ?? 0) + 1
    const tries = first!.code === 'Internal' ? defectTries : (run.facts.tries ?? usualTries)
    const isFinal = first!.retry === 'never' && first!.code !== 'Internal'
    if (isFinal || attempts >= tries) await this.#failed(job, command, outcome)
    else await this.#later(job, attempts, first!)
  }

  /** Who asked for it from outside may also have called at once with the same key: that is one call, done once. */
  #call(job: Job, command: AnyCommand, principal: Principal | undefined, place: Place | undefined) {
    const { app } = this.#host
    const { tenant, run } = job.stored
    const entity = this.#host.isMarked(run.workflow) ? SecretRunRecord : RunRecord
    const isKeyed = run.facts.asked !== undefined && command.kind === 'command'
    return app.call(command, run.input as never, {
      from: 'json',
      as: principal ?? (run.facts.asked === undefined ? app.self(tenant) : null),
      trusted: true,
      tenant,
      signal: job.abort.signal,
      surface: 'workflow',
      traceId: run.facts.traceId,
      fences: [...this.#host.fences(), ...(place?.fences ?? [])],
      idempotencyKey: isKeyed ? run.facts.key : undefined,
      companion: {
        key: run.id,
        write: (unit, outcome) =>
          chain(this.#kept(job, outcome), (kept) => {
            const { stored } = job
            const over = this.#host.over(stored.run, 'succeeded', kept)
            const own: DataUnit = dataUnit({ unit }, run.workflow)
            own.put(entity, run.id, over as never, encodeRun(over), stored.version)
            this.#host.store.holdIn(own, run.id, kept)
            job.isNoted = true
          }),
      },
    }) as Promise<Outcome<unknown, AnyFailure>>
  }

  async #succeeded(job: Job, command: AnyCommand, outcome: Outcome<unknown, AnyFailure>): Promise<void> {
    const { stored } = job
    // A query has no writes that its end could go with, and neither has a call whose answer was there already.
    if (command.kind === 'query' || !job.isNoted) {
      const kept = await this.#kept(job, outcome)
      await this.#host.write(stored, (run) => this.#host.over(run, 'succeeded', kept))
    }
    this.#host.tell(stored.run.id, await this.#reread(job, command, outcome))
  }

  #kept(job: Job, outcome: Outcome<unknown, AnyFailure>): Maybe<Json> {
    const { stored } = job
    const isMarked = this.#host.isMarked(stored.run.workflow)
    return chain(this.#host.store.values.keepOutcome(stored.tenant, outcome, isMarked), (kept) => {
      // A file that was read to be kept passes only once.
      job.files = unopened(kept)?.files.length ? kept : undefined
      return kept
    })
  }

  async #reread({ stored, files }: Job, command: AnyCommand, outcome: Outcome<unknown, AnyFailure>) {
    if (!files) return outcome
    const opened = await this.#host.store.values.open(stored.tenant, files)
    return outcomeFromKept(command, opened as unknown as KeptOutcome)
  }

  async #cancelled(job: Job): Promise<void> {
    const { id } = job.stored.run
    const outcome = failed([systemFailure('RunCancelled', { run: id })])
    const kept = keepOutcome(outcome) as unknown as Json
    await this.#host.write(job.stored, (run) => this.#host.over(run, 'cancelled', kept))
    this.#host.tell(id, outcome)
  }

  /** Keeps the letter first: a crash in between leaves a letter too many, and none is lost. */
  async #failed(job: Job, command: AnyCommand, outcome: Outcome<unknown, AnyFailure>): Promise<void> {
    const { stored } = job
    const { id, workflow, input } = stored.run
    const errors = outcome.ok ? [] : outcome.errors.map((error) => error.toJSON())
    const isMasked = holdsAnnotation(command.input)
    await this.#host.ports.deadLetters.add([
      {
        tenant: stored.tenant,
        command: workflow,
        origin: `run ${id}`,
        input: isMasked ? mask(command.input, input, 'input') : input,
        errors,
        ...(isMasked && { secret: input }),
      },
    ])
    const kept = keepOutcome(outcome) as unknown as Json
    await this.#host.write(stored, (run) => this.#host.over(run, 'failed', kept))
    this.#host.tell(id, outcome)
  }

  async #later(job: Job, attempts: number, failure: AnyFailure): Promise<void> {
    const { ports } = this.#host
    const pause = pauseMs(failure.code === 'Internal' ? 'later' : failure.retry, attempts)
    const until = ports.clock.now() + pause
    const because = `${failure.code}: ${failure.message}`
    await this.#host.write(job.stored, (run) => ({
      ...run,
      state: 'ready',
      worker: undefined,
      wakeAt: new Date(until),
      lane: undefined,
      rank: undefined,
      facts: { ...run.facts, attempts, because, waits: [{ kind: 'retry', key: '', until }] },
    }))
    this.#host.expect(until)
  }

  #isOwn({ state, worker }: Run): boolean {
    return state === 'running' && worker === this.#host.worker()
  }

  async #trouble({ stored }: Job, thrown: unknown): Promise<void> {
    const { ports, store } = this.#host
    const { id, workflow } = stored.run
    if (thrown instanceof CommitConflict) {
      const now = await store.read(stored.tenant, id)
      if (!now || !this.#isOwn(now.run)) return
    }
    const reason = String((thrown as Error).message)
    ports.log.write('error', `the job ${id} of ${workflow} could not go on`, { reason })
  }
}
