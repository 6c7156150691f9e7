import type { Ports } from '@heddle/core'
import type { Misfit } from '../body/misfit.ts'
import type { StoredRun } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'
import { codeFor, migrationFor, type RunCode } from './code.ts'
import { type History, replayRun } from './fit.ts'
import { migrated } from './migrated.ts'
import { olderCode } from './older-code.ts'
import { placeOf, shapeOf } from './shape.ts'

/** Open runs of one version that have gone the same way, and one of them. */
export interface RunGroup {
  readonly workflow: string
  readonly version: string
  readonly runs: number
  readonly sample: History
  /** What they have recorded is kept back. */
  readonly isHidden?: boolean
}

/** What becomes of a group under the code that is about to run it. */
export interface GroupVerdict extends Omit<RunGroup, 'sample' | 'isHidden'> {
  /** One of them. */
  readonly run: string
  readonly tenant: string
  /**
   * `own`: the app keeps the code of their version. `safe`: what they have done fits the newest code. `breaking`: it does not.
   * `lost`: there is no code for them. `hidden`: nobody knows.
   */
  readonly level: 'own' | 'safe' | 'breaking' | 'lost' | 'hidden'
  readonly because?: string
  readonly misfits: readonly Misfit[]
  /** The migration after which it fits. */
  readonly migration?: string
}

/** Groups runs by version and the shape of their journals. The one with the longest journal stands for its group. */
export async function groupRuns(runs: AsyncIterable<StoredRun>, store: RunStore): Promise<RunGroup[]> {
  const groups = new Map<string, RunGroup>()
  for await (const stored of runs) {
    const { tenant, run } = stored
    const { entries } = await store.journal(tenant, run.id)
    const key = JSON.stringify([run.workflow, run.version, shapeOf(entries)])
    const known = groups.get(key)
    const isLonger = !known || known.sample.entries.length < entries.length
    const sample = isLonger ? { stored: await store.openInput(stored), entries } : known.sample
    groups.set(key, { workflow: run.workflow, version: run.version, runs: (known?.runs ?? 0) + 1, sample })
  }
  return [...groups.values()]
}

/** Replays one run of each group against the code of an app. */
export async function assess(groups: readonly RunGroup[], code: RunCode, ports: Ports): Promise<GroupVerdict[]> {
  const verdicts: GroupVerdict[] = []
  for (const { sample, isHidden, ...group } of groups) {
    const { tenant, run } = sample.stored
    const about = { ...group, run: run.id, tenant, misfits: [] }
    const workflow = code.workflows.get(group.workflow)
    if (!workflow) {
      verdicts.push({ ...about, level: 'lost', because: `There is no workflow ${group.workflow} any more.` })
      continue
    }
    if (isHidden) {
      const because =
        'It cannot be shown that they fit the new code: what they have recorded is marked and stays in the process.'
      verdicts.push({ ...about, level: 'hidden', because })
      continue
    }
    const facts = codeFor(workflow, run)
    const fit = await replayRun(facts, sample, ports)
    const kept = fit.ok ? undefined : await olderCode(workflow, run.version, code.history)
    if (kept && (await replayRun(kept, sample, ports)).ok) verdicts.push({ ...about, level: 'own' })
    else if (fit.ok) verdicts.push({ ...about, level: facts === workflow.facts ? 'safe' : 'own' })
    else {
      const { because, misfits } = fit
      verdicts.push({
        ...about,
        level: 'breaking',
        because,
        misfits: placed(misfits),
        ...(await helped(sample, code, ports)),
      })
    }
  }
  return verdicts
}

/** A migration counts where the run fits the code afterwards. */
async function helped(sample: History, code: RunCode, ports: Ports): Promise<{ migration?: string; because?: string }> {
  const migration = migrationFor(code, sample.stored.run)
  if (!migration) return {}
  const after = await migrated(migration, sample, code, ports)
  return after.ok ? { migration: migration.name } : { because: `Also after the migration: ${after.because}` }
}

/** Misfits of a group are told once for all elements and rounds. */
function placed(misfits: readonly Misfit[]): Misfit[] {
  const known = new Map<string, Misfit>()
  for (const misfit of misfits) {
    const first = 'first' in misfit ? { first: placeOf(misfit.first) } : {}
    const told = { ...misfit, ...first, key: placeOf(misfit.key) } as Misfit
    known.set(JSON.stringify(told), told)
  }
  return [...known.values()]
}
