import type { Ports } from '@heddle/core'
import { cancelWaits } from '../body/cancel.ts'
import type { Execution } from '../body/execution.ts'
import type { Run, RunFacts, StoredRun } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'

/** Waits that are shorter are waited for in memory, in milliseconds. */
export const shortMs = 1000

/** What bringing executions on needs of the engine. */
export interface ProgressHost {
  readonly store: RunStore
  readonly ports: Ports
  /** It goes on after it has rested. Says why it may not, if it may not. */
  awake(execution: Execution): Promise<string | undefined>
  /** Nothing is to be done for it until something happens. */
  rest(execution: Execution): void
  /** A run that rests goes on at this time. */
  expect(atMs: number): void
}

/**
 * Brings executions on: takes what they wait for and has come, and lets those rest that only wait. One thing at a time for
 * each; whatever happens meanwhile makes it look once more, so that nothing is slept through.
 */
export class Progress {
  readonly #host: ProgressHost
  readonly #going = new Map<Execution, { again: boolean }>()
  /** Timers of executions that are not at rest, or will not be for long. */
  readonly #soon = new Map<Execution, () => void>()

  constructor(host: ProgressHost) {
    this.#host = host
  }

  async bring(execution: Execution): Promise<void> {
    const going = this.#going.get(execution)
    if (going) {
      going.again = true
      return
    }
    const turn = { again: true }
    this.#going.set(execution, turn)
    try {
      while (turn.again && !execution.isEnded) turn.again = await this.#once(execution, turn)
    } catch (thrown) {
      execution.stop({ kind: 'left', trouble: (thrown as Error).message })
    }
    if (this.#going.get(execution) === turn) this.#going.delete(execution)
  }

  forget(execution: Execution): void {
    this.#going.delete(execution)
    this.#unarm(execution)
  }

  #unarm(execution: Execution): void {
    this.#soon.get(execution)?.()
    this.#soon.delete(execution)
  }

  /** Says whether there is something more to look for. */
  async #once(execution: Execution, turn: { again: boolean }): Promise<boolean> {
    turn.again = false
    const { store, ports } = this.#host
    const { tenant, run } = execution.stored
    // Whatever comes to the row from here on keeps it from resting: he who dies after it rests looks for nothing more.
    const { facts } = run
    const sent = facts.signals ?? 0
    if (sent !== execution.signalsSeen) {
      const signals = await store.signals(tenant, run.id)
      // Versions of rows count commits, so they stand in the order in which they were sent.
      execution.signals = signals.toSorted((one, other) => one.version - other.version)
      execution.signalsSeen = sent
    }
    if (await cancelWaits(execution)) {
      await this.#host.awake(execution)
      return turn.again
    }
    if (await this.#takeOver(execution)) return turn.again
    if (execution.isEnded || execution.waits.size === 0) return turn.again
    return (await this.#toRest(execution, ports.clock.now(), facts)) || turn.again
  }

  /** Takes what is over. Says whether anything was. */
  async #takeOver(execution: Execution): Promise<boolean> {
    const { store, ports } = this.#host
    const ids = execution.waits.children()
    const children = ids.length > 0 ? await execution.host.relatives.read(execution.stored.tenant, ids) : noChildren
    const over = execution.waits.over(ports.clock.now(), execution.signals, children)
    if (!over) return false
    const isAwake = execution.run.state === 'running'
    const denied = isAwake ? undefined : await this.#host.awake(execution)
    if (denied) {
      execution.stop({ kind: 'parked', because: denied })
      return true
    }
    const removed = over.taken.map((signal) => store.removeSignal(signal))
    await execution.commit(over.entries, isAwake ? undefined : { state: 'running' }, removed)
    execution.signals = execution.signals.filter((signal) => !over.taken.includes(signal))
    over.tell()
    return true
  }

  /** Lets it rest when all that it does waits for long. Says whether something may have come meanwhile. */
  async #toRest(execution: Execution, now: number, seen: RunFacts): Promise<boolean> {
    const timers = execution.unwrittenTimers()
    const soonest = execution.waits.soonest()
    if (!execution.isResting || (soonest !== undefined && soonest - now <= shortMs)) {
      // A long time must be known to whoever goes on with the run, however busy it is.
      const long = timers.filter(({ value }) => Number(value) - now > shortMs)
      if (long.length > 0) await execution.commit(long)
      if (soonest !== undefined) this.#wakeAt(execution, soonest)
      return false
    }
    if (execution.run.state === 'waiting') {
      this.#host.rest(execution)
      if (soonest !== undefined) this.#host.expect(soonest)
      return false
    }
    const wakeAt = soonest === undefined ? undefined : new Date(soonest)
    const facts = { waits: execution.waits.facts(), attempts: undefined }
    const isStill = (run: Run) =>
      run.facts.signals === seen.signals && run.facts.ended === seen.ended && run.facts.cancel === seen.cancel
    await execution.commit(timers, { state: 'waiting', worker: undefined, wakeAt, facts }, [], isStill)
    return true
  }

  #wakeAt(execution: Execution, atMs: number): void {
    const { timers, clock } = this.#host.ports
    this.#unarm(execution)
    const wake = () => {
      this.#soon.delete(execution)
      void this.bring(execution)
    }
    this.#soon.set(execution, timers.after(Math.max(0, atMs - clock.now()), wake))
  }
}

const noChildren: ReadonlyMap<string, StoredRun> = new Map()
