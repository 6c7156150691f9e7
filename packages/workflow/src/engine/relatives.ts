import type { Clock, LeaseProof } from '@heddle/core'
import type { ChildStart } from '../body/host.ts'
import type { AnyWorkflow } from '../define/types.ts'
import { endStates, type Run, type StoredRun } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'
import type { NewRun } from './new-run.ts'
import type { RunWriter } from './run-writer.ts'

/** What runs that belong to others need of the engine. */
export interface RelativesHost {
  readonly store: RunStore
  readonly clock: Clock
  readonly writer: RunWriter
  readonly workflows: ReadonlyMap<string, AnyWorkflow>
  newRun(asked: NewRun): Run
  begun(tenant: string, run: Run): void
  fences(): readonly LeaseProof[]
  poke(tenant: string, run: string): void
}

/** Runs that are parts of others, and those that go on from one another. */
export class Relatives {
  readonly #host: RelativesHost

  constructor(host: RelativesHost) {
    this.#host = host
  }

  /** Runs by the ids that were asked for; of one that goes on in others, the last. */
  async read(tenant: string, ids: readonly string[]): Promise<ReadonlyMap<string, StoredRun>> {
    const { store } = this.#host
    const found = new Map<string, StoredRun>()
    for (const stored of await store.readMany(tenant, ids)) {
      let last: StoredRun | undefined = stored
      while (last?.run.facts.continuedAs !== undefined) last = await store.read(tenant, last.run.facts.continuedAs)
      if (last) found.set(stored.run.id, last)
    }
    return found
  }

  /** The writes that start a run as a part of another, and what begins it once they are durable. */
  async start(parent: StoredRun, key: string, workflow: string, id: string, input: unknown): Promise<ChildStart> {
    const { store, workflows, newRun, begun } = this.#host
    const { tenant, run } = parent
    const { facts } = workflows.get(workflow)!
    const { traceId, isUnlisted } = run.facts
    const child = newRun({
      tenant,
      id,
      workflow,
      version: facts.version,
      queue: facts.queue,
      input: await store.values.keep(tenant, input, facts.isMarked),
      principal: run.principal,
      parent: run.id,
      parentKey: key,
      facts: { traceId, isUnlisted },
    })
    return { writes: [store.insertRun(child, facts.isMarked)], begin: () => begun(tenant, child) }
  }

  /** Asks a run to end. */
  async cancel(tenant: string, id: string): Promise<void> {
    const { clock, writer, fences, poke } = this.#host
    for (;;) {
      const stored = (await this.read(tenant, [id])).get(id)
      if (!stored || endStates.has(stored.run.state) || stored.run.facts.cancel) return
      const { run } = stored
      const asked = { ...run, facts: { ...run.facts, cancel: true } }
      const woken = run.state === 'waiting' ? { ...asked, wakeAt: new Date(clock.now()) } : asked
      if (await writer.claim(stored, woken, fences())) return poke(tenant, run.id)
    }
  }
}
