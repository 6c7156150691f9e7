import { Defect } from '@heddle/core'
import { compareState, type StateSection } from '../state/compare.ts'
import type { TaskState } from '../state/state.ts'
import type { ReadyJob } from './ready-job.ts'

/**
 * Makes the state that another plan left into what this one has: steps keep theirs, take over what they had under another
 * name, have it migrated, or lose it. It counts with the next checkpoint.
 *
 * @throws {Defect} StateUnfit where a step's state cannot be what it was
 */
export function fitState(state: TaskState, before: Readonly<Record<string, StateSection>>, ready: ReadyJob): void {
  const { name, steps, spec, renamed, migrations } = ready
  const names = Object.fromEntries(Object.entries(migrations).map(([step, migration]) => [step, migration.name]))
  for (const { step, verdict, renamedFrom, reasons } of compareState(before, steps, { renamed, migrations: names })) {
    if (verdict === 'rebuild') throw new Defect('StateUnfit', { job: name, step, reason: reasons.join(' ') })
    if (verdict === 'drop') state.drop(step)
    if (renamedFrom !== undefined) state.rename(renamedFrom, step)
    if (verdict === 'migrate') {
      const found = spec.steps.find(({ id }) => id === step)!
      if ('operator' in found.run) state.migrate(step, found.run.operator.state ?? {}, migrations[step]!.migrate)
    }
  }
}
