import { compareState, type StateVerdict } from '../../state/compare.ts'
import type { KeptJob } from '../job-record.ts'
import type { ReadyJob } from '../ready-job.ts'

/** What becomes of the state that a job has under another plan. */
export function verdictsOf(
  kept: KeptJob,
  { steps, renamed, migrations }: Pick<ReadyJob, 'steps' | 'renamed' | 'migrations'>,
): StateVerdict[] {
  const names = Object.fromEntries(Object.entries(migrations).map(([step, { name }]) => [step, name]))
  return compareState(kept.facts.steps, steps, { renamed, migrations: names })
}

/** Whether a plan has to see all records again before it can go on where the job is. */
export function rebuildsState(
  kept: KeptJob | undefined,
  ready: Pick<ReadyJob, 'hash' | 'steps' | 'renamed' | 'migrations'>,
): kept is KeptJob {
  if (kept?.checkpoint === undefined || kept.plan === ready.hash) return false
  return verdictsOf(kept, ready).some(({ verdict }) => verdict === 'rebuild')
}
