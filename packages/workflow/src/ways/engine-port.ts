import { type Port, systemFailure } from '@heddle/core'
import { dataUnit, EntryRecord, HeldRecord, QueueRecord, RunRecord, SignalRecord } from '@heddle/data'
import type { Engine } from '../engine/engine.ts'
import { engineOf } from '../engine/engines.ts'
import { endStates, type StoredRun } from '../run/run.ts'

/** What a command may ask of the engine, for the tenant of its call. */
export interface TenantEngine {
  readonly engine: Engine
  readonly tenant: string
  /**
   * A run of the tenant.
   *
   * @param workflow of which it must be, where that is given
   * @throws {Failure} RunNotFound
   */
  find(id: string, workflow?: string): Promise<StoredRun>
  /** The same; it must not have ended. @throws {Failure} RunNotFound, RunEnded */
  findOpen(id: string, workflow?: string): Promise<StoredRun>
}

/** The engine behind the app of a call. Nothing is read in the call's unit of work by it. */
export const EnginePort: Port<TenantEngine> = {
  kind: 'port',
  name: 'heddle.RunEngine',
  external: false,
  reads: () => [RunRecord, EntryRecord, SignalRecord, HeldRecord, QueueRecord].map(({ name }) => name),
  bind(scope) {
    const engine = engineOf(dataUnit(scope, 'heddle.RunEngine').catalog)!
    const { tenant } = scope
    const find = async (id: string, workflow?: string) => {
      const stored = await engine.store.read(tenant, id)
      if (!stored || (workflow !== undefined && stored.run.workflow !== workflow)) {
        throw systemFailure('RunNotFound', { run: id })
      }
      return stored
    }
    return {
      engine,
      tenant,
      find,
      async findOpen(id, workflow) {
        const stored = await find(id, workflow)
        const { state } = stored.run
        if (endStates.has(state)) throw systemFailure('RunEnded', { run: id, state })
        return stored
      },
    }
  },
}
