import { command, CommitConflict, systemFailure } from '@heddle/core'
import { z } from 'zod'
import type { Engine } from '../engine/engine.ts'
import type { Run, StoredRun } from '../run/run.ts'
import { readied } from '../run/states.ts'
import { EnginePort } from '../ways/engine-port.ts'
import { codeOf, type RunCode } from './code.ts'
import { migrated } from './migrated.ts'
import { openRuns } from './open-runs.ts'
import { rewriteJournal } from './rewrite-journal.ts'
import type { RunMigration } from './run-migration.ts'

/** How many runs are told of one by one that were left as they are. */
const toldLimit = 100

const refusal = z.object({ run: z.string(), tenant: z.string(), because: z.string() })

/** Runs the migrations of runs that an app declares. */
export const migrateRunsCommand = command('heddle.MigrateRuns', {
  summary: 'Make open runs that have gone by older code runs of the new code',
  description: 'Each run is migrated by itself, or left as it is. Called again it goes on with those that are left.',
  input: z.object({
    workflow: z.string().optional().describe('of this workflow alone'),
    dryRun: z.boolean().default(false).describe('only say what would become of them'),
  }),
  output: z.object({
    migrated: z.int(),
    busy: z.int().describe('a worker had them at this moment'),
    refused: z.array(refusal).describe('they do not fit the new code afterwards, either'),
  }),
  access: 'heddle:operate',
  uses: [EnginePort],
  async run({ input: { workflow, dryRun }, ctx }) {
    const { engine } = ctx.use(EnginePort)
    const code = codeOf(engine.app)
    const wanted = code.migrations.filter((migration) => workflow === undefined || migration.workflow.name === workflow)
    if (wanted.length === 0 && workflow !== undefined) throw systemFailure('RunMigrationMissing', { workflow })
    const told = { migrated: 0, busy: 0, refused: [] as z.output<typeof refusal>[] }
    for (const migration of wanted) {
      const isFrom = { kind: 'compare', column: 'version', by: 'eq', value: migration.from } as const
      for await (const stored of openRuns(engine.store, migration.workflow.name, [isFrom])) {
        const because = await migrateOne(engine, code, migration, stored, dryRun)
        if (because === undefined) told.migrated++
        else if (because === 'busy') told.busy++
        else if (told.refused.length < toldLimit)
          told.refused.push({ run: stored.run.id, tenant: stored.tenant, because })
      }
    }
    return told
  },
})

/** Migrates one run, or says why not. */
async function migrateOne(
  engine: Engine,
  code: RunCode,
  migration: RunMigration,
  stored: StoredRun,
  isDry: boolean,
): Promise<string | undefined> {
  const { store, ports } = engine
  const { tenant, run, version } = stored
  if (run.state === 'running') return 'busy'
  const { entries, last } = await store.journal(tenant, run.id)
  const after = await migrated(migration, { stored: await store.openInput(stored), entries }, code, ports)
  if (!after.ok) return after.because
  if (isDry) return undefined
  const secret = engine.isMarked(run.workflow)
  const next = goingOn(tenant, after.history.stored.run, migration, ports.clock.now())
  const journal = await rewriteJournal(store, stored, after.history.entries, last + 1, secret)
  try {
    await store.commit(tenant, [...journal, store.updateRun(next, version, secret)], engine.fences())
  } catch (thrown) {
    if (thrown instanceof CommitConflict) return 'busy'
    throw thrown
  }
  await engine.poke(tenant, run.id)
  return undefined
}

/** What it waits for is asked for anew by the new code. What an operator stopped stays so. */
function goingOn(tenant: string, run: Run, { from, to }: RunMigration, now: number): Run {
  const claims = (run.claims ?? 0) + 1
  const facts = { ...run.facts, migrated: [...(run.facts.migrated ?? []), `${from} → ${to}`] }
  if (run.state !== 'waiting' && run.state !== 'blocked') return { ...run, claims, facts }
  return {
    ...readied(tenant, run, now),
    claims,
    facts: { ...facts, because: undefined, at: undefined, waits: undefined },
  }
}
