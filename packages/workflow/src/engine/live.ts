import type { Ports } from '@heddle/core'
import type { Execution } from '../body/execution.ts'
import { runBody } from '../body/run-body.ts'
import type { Principals } from './principals.ts'

/** Runs the body of an execution, as long as its principal may act, and stops it with how it ended. */
export async function live(execution: Execution, ports: Ports, principals: Principals): Promise<void> {
  if (execution.run.principal !== undefined) {
    const denied = await principals.resolve(execution.stored)
    if (denied) return execution.stop({ kind: 'parked', because: denied })
  }
  execution.stop(await runBody(execution, ports))
}
