import { type PortScope, systemFailure } from '@heddle/core'
import { type DataUnit, dataUnit, EntryRecord, RunRecord, SecretEntryRecord, SecretRunRecord } from '@heddle/data'
import type { Engine } from '../engine/engine.ts'
import { engineOf } from '../engine/engines.ts'
import { encodeRun, runOf, type RunTexts } from '../run/rows.ts'
import { laneOf, rankOf, type Run, type RunState } from '../run/run.ts'

/** What an operation does with one run, in the unit of work of its call. */
export interface ChangedRun {
  readonly engine: Engine
  readonly tenant: string
  readonly run: Run
  /** Writes the row anew; once that is durable, whoever has the run has a look. */
  write(next: Run): void
  /** Removes lines of its journal, by the keys of their rows. */
  dropEntries(ids: readonly string[]): Promise<void>
}

/** The port through which operations change runs that exist. */
export const RunChanges = {
  kind: 'port' as const,
  name: 'heddle.RunChanges',
  external: false,
  bind(scope: PortScope) {
    const unit = dataUnit(scope, 'heddle.RunChanges')
    const engine = engineOf(unit.catalog)!
    return {
      /**
       * @param states in which it must be
       * @throws {Failure} RunNotFound, WrongRunState
       */
      open: (id: string, states: readonly RunState[]) => open(engine, scope, unit, id, states),
    }
  },
}

async function open(
  engine: Engine,
  scope: PortScope,
  unit: DataUnit,
  id: string,
  states: readonly RunState[],
): Promise<ChangedRun> {
  const { tenant } = scope
  const stored = await engine.store.read(tenant, id)
  const isSecret = stored !== undefined && engine.isMarked(stored.run.workflow)
  const entity = isSecret ? SecretRunRecord : RunRecord
  const [record] = stored ? await unit.load(entity, [id]) : []
  if (!record) throw systemFailure('RunNotFound', { run: id })
  const run = runOf(record as unknown as RunTexts)
  if (!states.includes(run.state)) {
    throw systemFailure('WrongRunState', { run: id, state: run.state, wanted: states.join(', ') })
  }
  return {
    engine,
    tenant,
    run,
    write(next) {
      unit.replace(entity, record, next as never, encodeRun(next))
      scope.afterCommit(() => engine.admit(tenant, id))
    },
    async dropEntries(ids) {
      const entries = isSecret ? SecretEntryRecord : EntryRecord
      for (const found of await unit.load(entries, ids)) {
        if (found) unit.replace(entries, found, undefined, undefined)
      }
    },
  }
}

/** A run that waits for its turn, as if nothing had stopped it. */
export const readyAgain = (tenant: string, run: Run, now: number): Run => ({
  ...run,
  state: 'ready',
  worker: undefined,
  wakeAt: undefined,
  lane: laneOf(run.queue, tenant, run.facts.fairness),
  rank: rankOf(run.facts.priority, now),
  outcome: undefined,
  endedAt: undefined,
  deaths: 0,
  mark: 0,
  facts: { ...run.facts, because: undefined, at: undefined, waits: undefined, cancel: undefined, forced: undefined },
})
