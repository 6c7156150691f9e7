import { type CommandFacts, failed, type KeptOutcome, outcomeFromKept, type Ports } from '@heddle/core'
import { z } from 'zod'
import type { AnyOutcome } from '../body/host.ts'
import { type Waiter, Waiters } from '../engine/waiters.ts'
import { haltedFailure, isHalted } from '../run/halted.ts'
import { endStates, type Run, type StoredRun } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'
import type { Announcements } from './announcements.ts'

/** How often those are looked at whose end another process may have written, in milliseconds. */
const recheckMs = 2000

/** What outcomes of runs need of the engine. */
export interface OutcomesHost {
  readonly store: RunStore
  readonly ports: Ports
  readonly announcements: Announcements
  /** Whether this process runs it, and will tell how it ends. */
  isHere(tenant: string, run: string): boolean
  /** Hears what other processes announce. */
  listen(): Promise<void>
  /** What a workflow or the command of a job ends with, where the app has it. */
  typesOf(workflow: string): Pick<CommandFacts, 'output' | 'errors'> | undefined
}

/** Of a run whose code this app does not have. */
const unknownTypes = { output: z.unknown(), errors: {} }

/** Tells those in this process who wait how runs ended, in whichever process that was. */
export class Outcomes {
  readonly #host: OutcomesHost
  readonly #waiters = new Waiters()
  #isWatching = false

  constructor(host: OutcomesHost) {
    this.#host = host
  }

  /**
   * The outcome of a run, as soon as there is one; RunHalted where it does not go on by itself.
   *
   * @throws the signal's reason
   */
  of(tenant: string, id: string, signal?: AbortSignal): Promise<AnyOutcome | undefined> {
    const waiter = this.#waiters.wait(tenant, id, signal)
    // Who ends it tells those who wait, and looks first whether it has begun to.
    if (this.#host.announcements.isAlone && this.#host.isHere(tenant, id)) return waiter.outcome
    return this.#find(waiter, tenant, id, signal)
  }

  async #find(
    waiter: Waiter,
    tenant: string,
    id: string,
    signal: AbortSignal | undefined,
  ): Promise<AnyOutcome | undefined> {
    const { announcements, store } = this.#host
    if (!announcements.isAlone) await this.#host.listen()
    const isHere = this.#host.isHere(tenant, id)
    const stored = isHere ? undefined : await store.read(tenant, id)
    if (isHere || (stored && goesOn(stored.run))) {
      if (!isHere) announcements.wanted(id)
      this.#keepWatch()
      return waiter.outcome
    }
    waiter.stop()
    if (!stored) return undefined
    if (isHalted(stored.run.state)) return failed([haltedFailure(stored.run)])
    const { continuedAs } = stored.run.facts
    return continuedAs === undefined ? this.#read(stored) : this.of(tenant, continuedAs, signal)
  }

  tell(run: string, outcome: AnyOutcome): void {
    this.#waiters.tell(run, outcome)
    this.#host.announcements.ended(run)
  }

  /** A row was written anew. Of a run that does not go on by itself nobody knows whether it ever will. */
  written(run: Run): void {
    if (isHalted(run.state)) this.tell(run.id, failed([haltedFailure(run)]))
  }

  follow(run: string, next: string): void {
    this.#waiters.follow(run, next)
  }

  /** Others say that these have ended. */
  heard(runs: readonly string[]): void {
    if (runs.some((run) => this.#waiters.has(run))) void this.recheck()
  }

  /** Looks at runs that others may have ended, or whose end was written although nobody could say so. */
  async recheck(): Promise<void> {
    try {
      for (const [tenant, runs] of this.#waiters.runs()) {
        for (const stored of await this.#host.store.readMany(tenant, runs)) {
          const { run } = stored
          if (run.facts.continuedAs !== undefined) this.#waiters.follow(run.id, run.facts.continuedAs)
          else if (endStates.has(run.state)) this.#waiters.tell(run.id, await this.#read(stored))
          else if (isHalted(run.state)) this.#waiters.tell(run.id, failed([haltedFailure(run)]))
        }
      }
    } catch (thrown) {
      this.#host.ports.log.write('debug', 'ends of runs could not be looked for', { reason: String(thrown) })
      this.#keepWatch()
    }
  }

  /** Others tell when a run ends that is waited for here; a look now and then finds what was not told. */
  #keepWatch(): void {
    if (this.#isWatching || this.#host.announcements.isAlone) return
    this.#isWatching = true
    const look = async () => {
      await this.recheck()
      this.#isWatching = false
      if (!this.#waiters.isEmpty) this.#keepWatch()
    }
    this.#host.ports.timers.after(recheckMs, () => void look(), { background: true })
  }

  async #read({ tenant, run: { workflow, outcome } }: StoredRun): Promise<AnyOutcome> {
    const kept = await this.#host.store.values.open(tenant, outcome!)
    return outcomeFromKept(this.#host.typesOf(workflow) ?? unknownTypes, kept as unknown as KeptOutcome)
  }
}

const goesOn = ({ state }: Run) => !endStates.has(state) && !isHalted(state)
