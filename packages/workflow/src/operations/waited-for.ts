import { approvalOf } from '../approval/approval-name.ts'
import type { Run } from '../run/run.ts'
import { updateOf } from '../update/await-update.ts'
import { wayName } from '../ways/way-name.ts'

/** What a run waits for by a signal, as people call it: approvals and updates come by signals of their own. */
export function waitedFor(signal: string | undefined): string {
  const approval = approvalOf(signal)
  if (approval) return `the approval ${approval.name}`
  const update = updateOf(signal)
  return update === undefined ? `the signal ${signal}` : `the update ${update}`
}

/** How somebody at the command line sends what a run waits for. */
export function howToSend({ id, workflow }: Pick<Run, 'id' | 'workflow'>, signal: string | undefined): string {
  const approval = approvalOf(signal)
  if (approval) return `Answer it: heddle approvals answer ${id} --key ${approval.key} --answer '{ … }'`
  const update = updateOf(signal)
  if (update === undefined) return `Send it: heddle runs signal ${id} ${signal}`
  return `Send it: heddle call ${wayName(workflow, 'Update', update)} --input '{ "run": "${id}", "input": … }'`
}
