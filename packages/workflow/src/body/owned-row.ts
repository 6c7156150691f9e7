import { CommitConflict, Failure, type LeaseProof } from '@heddle/core'
import type { Write } from '@heddle/data'
import type { WorkflowFacts } from '../define/types.ts'
import type { Entry, Run, StoredRun } from '../run/run.ts'
import { endStates } from '../run/run.ts'
import type { Ending } from './ending.ts'
import type { ExecutionHost } from './host.ts'

/**
 * The row of a run that a process has, and the only way in which an execution writes. Whoever stands in the row as its
 * worker writes the run's journal, nobody else; signals, cancellations and operators only change the row, and each
 * change of it expects the version that it read. So whoever loses such a race reads anew, and finds out what was said.
 */
export class OwnedRow {
  /** As it was last read or written. */
  stored: StoredRun
  readonly worker: string
  fences: readonly LeaseProof[]
  readonly #host: ExecutionHost
  readonly #facts: Pick<WorkflowFacts, 'isMarked' | 'version'>

  constructor(host: ExecutionHost, stored: StoredRun, facts: Pick<WorkflowFacts, 'isMarked' | 'version'>) {
    this.#host = host
    this.stored = stored
    this.worker = host.worker
    this.fences = host.fences()
    this.#facts = facts
  }

  /** Whether a failure is about one of the leases by which this process runs it. */
  isFence(data: unknown): boolean {
    const { lease } = (data ?? {}) as { lease?: unknown }
    return this.fences.some(({ name }) => name === lease)
  }

  /**
   * Makes entries durable, with what has changed of the row.
   *
   * @param isStill whether the change may still be made of a row that was changed meanwhile
   * @returns why the run is not this process's any more, if so; `news` where the change may not be made
   * @throws {Failure} Unavailable, DiskFull …
   */
  async write(
    entries: readonly { readonly entry: Entry; readonly number: number }[],
    change: Partial<Run> | undefined,
    more: readonly Write[],
    isStill?: (run: Run) => boolean,
  ): Promise<Ending | 'news' | undefined> {
    const { store } = this.#host
    const { isMarked, version: code } = this.#facts
    for (;;) {
      const { tenant, version, run } = this.stored
      if (isStill?.(run) === false) return 'news'
      const writes: Write[] = entries.map(({ entry, number }) => store.insertEntry(run.id, number, entry, isMarked))
      let next: Run | undefined
      if (change) {
        // Whatever changes its row has gone through the whole journal: from here on the run is one of this code.
        next = { ...run, version: code, ...change, facts: { ...run.facts, ...change.facts } }
        if (next.state === 'running') {
          next = { ...next, worker: this.worker, wakeAt: undefined, lane: undefined, rank: undefined }
        }
        writes.push(store.updateRun(next, version, isMarked))
      }
      if (writes.length + more.length === 0) return undefined
      try {
        await store.commit(tenant, more.length > 0 ? [...writes, ...more] : writes, this.fences)
        if (next) this.stored = { tenant, version: version + 1, run: next }
        return undefined
      } catch (thrown) {
        if (thrown instanceof Failure && thrown.code === 'LeaseLost' && this.isFence(thrown.data))
          return { kind: 'lost' }
        if (!(thrown instanceof CommitConflict)) throw thrown
        // Another write of this execution may have been the one that was faster.
        if (this.stored.version !== version) continue
        const seen = await this.refresh()
        // What stands in the way of the same row is an entry: somebody else writes this journal, or the answer of a commit was lost.
        if (seen === 'lost') return { kind: 'lost' }
        if (this.stored.version === version) return { kind: 'left', trouble: 'its journal goes on in another way' }
      }
    }
  }

  /** Reads the row anew. */
  async refresh(): Promise<'same' | 'changed' | 'lost'> {
    const { tenant, run } = this.stored
    const found = await this.#host.store.read(tenant, run.id)
    if (!found || !this.#isOwn(found.run)) return 'lost'
    if (found.version <= this.stored.version) return 'same'
    this.stored = found
    return 'changed'
  }

  /** Whether it is this process's, also when it waits: nobody else has had it since. */
  #isOwn({ worker, state, claims }: Run): boolean {
    if (endStates.has(state) || claims !== this.stored.run.claims) return false
    return worker === this.worker ? state === 'running' : worker === undefined && state === 'waiting'
  }
}
