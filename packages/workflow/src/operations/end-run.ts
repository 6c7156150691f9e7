import { failed, type Json, keepOutcome, type PortScope, systemFailure } from '@heddle/core'
import { type DataUnit, dataUnit } from '@heddle/data'
import type { Engine } from '../engine/engine.ts'
import { engineOf } from '../engine/engines.ts'
import { change, openRun } from '../engine/runs.ts'
import { endStates } from '../run/run.ts'
import { over } from '../run/states.ts'
import { journalRows } from './journal-rows.ts'

/** The port through which operators end runs as they stand: nothing of them is called any more, and what they did stays done. */
export const RunEnds = {
  kind: 'port' as const,
  name: 'heddle.RunEnds',
  external: false,
  bind(scope: PortScope) {
    const unit = dataUnit(scope, 'heddle.RunEnds')
    const engine = engineOf(unit.catalog)!
    return {
      /**
       * Ends a run. Its children are asked to end, as they would be by the run itself: they may clean up.
       *
       * @throws {Failure} RunNotFound, RunEnded
       */
      async end(id: string, cancel: (child: string) => Promise<void>): Promise<void> {
        const parent = await endOne(engine, scope, unit, id)
        for (const child of await childrenOf(engine, scope.tenant, id)) await cancel(child)
        if (parent !== undefined) await tellParent(engine, scope, unit, parent)
      },
    }
  },
}

/** Says whose child it was. */
async function endOne(engine: Engine, scope: PortScope, unit: DataUnit, id: string): Promise<string | undefined> {
  const opened = await openRun(engine, unit, id)
  const { run } = opened
  const outcome = failed([systemFailure('RunCancelled', { run: id })])
  const ended = over(run, 'cancelled', keepOutcome(outcome) as unknown as Json, scope.clock.now())
  const next = { ...ended, facts: { ...ended.facts, forced: true } }
  change(unit, opened, next)
  engine.expectNews(scope.tenant, id)
  scope.afterCommit(() => {
    engine.watch.written(scope.tenant, next, run)
    engine.outcomes.tell(id, outcome)
    engine.admit(scope.tenant, id)
  })
  return run.parent
}

/** Those that are open. */
async function childrenOf(engine: Engine, tenant: string, id: string): Promise<string[]> {
  const rows = await journalRows(engine.store, tenant, id)
  const started = rows.flatMap(({ entry: { kind, command, value } }) =>
    kind === 'value' && command !== undefined ? [value as string] : [],
  )
  const children = [...(await engine.relatives.read(tenant, started)).values()]
  return children.flatMap(({ run }) => (endStates.has(run.state) ? [] : [run.id]))
}

/** Whoever waits for it as a child finds it ended. */
async function tellParent(engine: Engine, scope: PortScope, unit: DataUnit, id: string): Promise<void> {
  const stored = await engine.store.read(scope.tenant, id)
  if (!stored || endStates.has(stored.run.state)) return
  const opened = await openRun(engine, unit, id)
  const { run } = opened
  const told = { ...run, facts: { ...run.facts, ended: (run.facts.ended ?? 0) + 1 } }
  change(unit, opened, run.state === 'waiting' ? { ...told, wakeAt: new Date(scope.clock.now()) } : told)
  engine.expectNews(scope.tenant, id)
  scope.afterCommit(() => engine.admit(scope.tenant, id))
}
