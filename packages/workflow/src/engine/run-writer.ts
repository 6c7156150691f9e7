import { type Clock, CommitConflict, type LeaseProof, type Maybe } from '@heddle/core'
import { chain, type Write } from '@heddle/data'
import { endStates, type Run, type StoredRun } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'
import { farOf } from '../value/far.ts'

/** What changes of runs need of the engine. */
export interface WriterHost {
  readonly store: RunStore
  readonly clock: Clock
  isMarked(workflow: string): boolean
  /** Something may have happened to a run. */
  poke(tenant: string, id: string): Promise<void>
  /** It is looked at later, in case that nobody hears of it. */
  expectNews(tenant: string, id: string): void
  /** A row was written. */
  written(tenant: string, run: Run, before: Run): void
}

/** Changes rows of runs between the stretches in which an execution has them. */
export class RunWriter {
  readonly #host: WriterHost

  constructor(host: WriterHost) {
    this.#host = host
  }

  /**
   * Changes the row of a run that a worker has. Signals and the like may have changed it meanwhile: then it is read anew, as
   * long as the run is that worker's. Whoever waits for its end is woken in the same commit.
   *
   * @throws {CommitConflict} when it is somebody else's by now
   * @throws {Failure} LeaseLost, Unavailable …
   */
  async own(
    stored: StoredRun,
    change: (run: Run) => Run,
    fences: readonly LeaseProof[],
    more: readonly Write[] = [],
  ): Promise<StoredRun> {
    const next = change(stored.run)
    // What an outcome refers to is held in the same commit.
    if (more.length === 0 && this.#mayEnd(stored.run, next)) {
      try {
        return await this.#end(stored, next, fences)
      } catch (thrown) {
        // Its row has to be read after all.
        if (!(thrown instanceof CommitConflict)) throw thrown
      }
    }
    let current = stored
    for (;;) {
      try {
        return await this.#write(current, change(current.run), fences, more)
      } catch (thrown) {
        if (!(thrown instanceof CommitConflict)) throw thrown
        const found = await this.#host.store.read(current.tenant, current.run.id)
        if (!found || found.run.worker !== stored.run.worker || endStates.has(found.run.state)) throw thrown
        // Where the row is the same it was the parent's that changed, or a row of `more` that will not go away.
        if (found.version === current.version && more.length > 0) throw thrown
        current = found
      }
    }
  }

  /**
   * Changes the row of a run as it was read, or does not.
   *
   * @returns undefined when somebody else was faster
   * @throws {Failure} LeaseLost, Unavailable …
   */
  async claim(stored: StoredRun, run: Run, fences: readonly LeaseProof[]): Promise<StoredRun | undefined> {
    try {
      return await this.#write(stored, run, fences, [])
    } catch (thrown) {
      if (thrown instanceof CommitConflict) return undefined
      throw thrown
    }
  }

  /** Whether a run ends that nobody else waits for in the database, and whose end holds nothing that lies elsewhere. */
  #mayEnd({ state, parent, worker, workflow }: Run, next: Run): boolean {
    if (state !== 'running' || parent !== undefined || worker === undefined || !endStates.has(next.state)) return false
    return !farOf(next.outcome) && !this.#host.isMarked(workflow)
  }

  /**
   * Ends a run as long as it is its worker's: its row need not be read for that, whatever was written to it since.
   *
   * @throws {CommitConflict} where it is not
   */
  #end({ tenant, version, run }: StoredRun, next: Run, fences: readonly LeaseProof[]): Maybe<StoredRun> {
    const { store } = this.#host
    const end = store.endRun(next, run.worker!, next.facts !== run.facts)
    return chain(store.commit(tenant, [], fences, [], [end]), () => {
      this.#host.written(tenant, next, run)
      return { tenant, version: version + 1, run: next }
    })
  }

  async #write(
    { tenant, version, run: before }: StoredRun,
    run: Run,
    fences: readonly LeaseProof[],
    more: readonly Write[],
  ): Promise<StoredRun> {
    const { store, clock } = this.#host
    const writes: Write[] = [store.updateRun(run, version, this.#host.isMarked(run.workflow)), ...more]
    const found = endsChild(run) ? await store.read(tenant, run.parent!) : undefined
    const parent = found && !endStates.has(found.run.state) ? found : undefined
    if (parent) {
      const told = { ...parent.run, facts: { ...parent.run.facts, ended: (parent.run.facts.ended ?? 0) + 1 } }
      const woken = told.state === 'waiting' ? { ...told, wakeAt: new Date(clock.now()) } : told
      writes.push(store.updateRun(woken, parent.version, this.#host.isMarked(woken.workflow)))
    }
    try {
      await store.commit(tenant, writes, fences)
    } catch (thrown) {
      // The answer may have been lost on its way, although the parent was woken.
      if (parent && !(thrown instanceof CommitConflict)) this.#host.expectNews(tenant, parent.run.id)
      throw thrown
    }
    this.#host.written(tenant, run, before)
    if (parent) void this.#host.poke(tenant, parent.run.id)
    return { tenant, version: version + 1, run }
  }
}

/** Whether somebody may wait for what has just ended: one that goes on in a new run has not. */
const endsChild = ({ state, parent, facts }: Run): boolean =>
  parent !== undefined && endStates.has(state) && facts.continuedAs === undefined
