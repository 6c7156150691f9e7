import { type Failure, systemFailure } from '@heddle/core'
import type { Run, RunState } from './run.ts'

/** Whether a run goes on only when somebody has looked at it. */
export const isHalted = (state: RunState): boolean => state === 'parked' || state === 'blocked'

/** What those are told who wait for the end of a run that does not go on by itself. */
export function haltedFailure({ id, workflow, state, facts }: Run): Failure<'RunHalted'> {
  const { because = 'nobody said why', at } = facts
  return systemFailure('RunHalted', { run: id, workflow, state, because, ...(at !== undefined && { at }) })
}
