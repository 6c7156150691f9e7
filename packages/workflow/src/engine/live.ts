import type { Ports } from '@heddle/core'
import type { Execution } from '../body/execution.ts'
import { runBody } from '../body/run-body.ts'
import type { Principals } from './principals.ts'

/** Runs the body of an execution, as long as its principal may act, and stops it with how it ended. */
export function live(execution: Execution, ports: Ports, principals: Principals): Promise<void> {
  const run = () => runBody(execution, ports).then((ending) => execution.stop(ending))
  if (execution.run.principal === undefined) return run()
  return principals.resolve(execution.stored).then((denied) => {
    if (denied === undefined) return run()
    execution.stop({ kind: 'parked', because: denied })
  })
}
