import { command, type PortScope, systemFailure } from '@heddle/core'
import { dataUnit, EntryRecord, RunRecord, SecretEntryRecord, SecretRunRecord } from '@heddle/data'
import { z } from 'zod'
import { engineOf } from '../engine/engines.ts'
import { encodeEntry, encodeRun } from '../run/rows.ts'
import { entryId } from '../run/run-store.ts'
import type { Run } from '../run/run.ts'
import { readyAgain } from './change-run.ts'
import { journalRows } from './journal-rows.ts'
import { oneRun } from './run-command.ts'

/** Makes new runs of old ones, in the unit of work of a call. */
const Forks = {
  kind: 'port' as const,
  name: 'heddle.Forks',
  external: false,
  bind: (scope: PortScope) => ({
    fork: (id: string, to: string | undefined) => fork(scope, id, to),
  }),
}

/**
 * Starts a new run with the input and the journal of another one, up to a step. Steps that it takes itself have
 * idempotency keys of their own.
 */
export const forkRun = command('heddle.ForkRun', {
  summary: 'Start a new run from the journal of another one, up to a step',
  input: oneRun.extend({
    to: z.string().optional().describe('The first step that is done anew; without it none of the journal is taken'),
  }),
  output: z.object({ run: z.string(), entries: z.int().describe('How many entries it has from the other one') }),
  access: 'heddle:operate',
  uses: [Forks],
  run: ({ input: { run, to }, ctx }) => ctx.use(Forks).fork(run, to),
})

async function fork(scope: PortScope, from: string, to: string | undefined) {
  const { tenant, clock } = scope
  const unit = dataUnit(scope, 'heddle.Forks')
  const engine = engineOf(unit.catalog)!
  const found = await engine.store.read(tenant, from)
  if (!found) throw systemFailure('RunNotFound', { run: from })
  const rows = to === undefined ? [] : await journalRows(engine.store, tenant, from)
  const end = to === undefined ? 0 : rows.findIndex(({ entry }) => entry.key === to)
  if (end < 0) throw systemFailure('StepNotFound', { run: from, step: to })
  const kept = rows.slice(0, end).map(({ entry }) => entry)
  const isSecret = engine.isMarked(found.run.workflow)
  const id = scope.newId()
  const { parent: _parent, parentKey: _key, facts, ...rest } = found.run
  const { priority, fairness, isUnlisted } = facts
  const run: Run = readyAgain(
    tenant,
    {
      ...rest,
      id,
      createdAt: new Date(clock.now()),
      facts: { priority, fairness, isUnlisted, forkedFrom: `${from}/${end}` },
    },
    clock.now(),
  )
  const entity = isSecret ? SecretRunRecord : RunRecord
  unit.insert(entity, id, run as never, encodeRun(run))
  engine.store.holdIn(unit, id, run.input)
  const entries = isSecret ? SecretEntryRecord : EntryRecord
  for (const [number, entry] of kept.entries()) {
    const key = entryId(id, number)
    unit.put(entries, key, entry as never, encodeEntry(key, entry), 0)
    engine.store.holdIn(unit, id, entry.value)
  }
  scope.afterCommit(() => engine.begun(tenant, run))
  return { run: id, entries: kept.length }
}
