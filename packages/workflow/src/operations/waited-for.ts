import type { Schema } from '@heddle/core'
import { z } from 'zod'
import { approvalOf } from '../approval/approval-name.ts'
import type { Run } from '../run/run.ts'
import type { WorkflowFacts } from '../define/types.ts'
import { updateOf } from '../update/await-update.ts'
import { fitsNothing } from '../ways/optional-unless-needed.ts'
import { wayName } from '../ways/way-name.ts'

/** What a run waits for by a signal, as people call it: approvals and updates come by signals of their own. */
export function waitedFor(signal: string | undefined): string {
  const approval = approvalOf(signal)
  if (approval) return `the approval ${approval.name}`
  const update = updateOf(signal)
  return update === undefined ? `the signal ${signal}` : `the update ${update}`
}

/**
 * How somebody at the command line sends what a run waits for.
 *
 * @param signals their types, by their names
 */
export function howToSend(
  { id, workflow }: Pick<Run, 'id' | 'workflow'>,
  signal: string | undefined,
  signals: WorkflowFacts['signals'],
): string {
  const approval = approvalOf(signal)
  if (approval) return `Answer it: heddle approvals answer ${id} --key ${approval.key} --answer '{ … }'`
  const update = updateOf(signal)
  if (update === undefined) {
    const known = Object.keys(signals)
    // It came to rest by older code, and the newer one that it goes on with calls the signal otherwise.
    if (known.length > 0 && !known.includes(signal!)) {
      return `The code that it goes on with takes no signal ${signal}, but ${known.join(', ')}: heddle runs signal ${id} ${known.length === 1 ? known[0] : '…'}`
    }
    return `Send it: heddle runs signal ${id} ${signal}${dataOf(signals[signal!])}`
  }
  return `Send it: heddle call ${wayName(workflow, 'Update', update)} --input '{ "run": "${id}", "input": … }'`
}

/** Its data is named where it needs any, as far as the names of fields are known. */
function dataOf(type: Schema | undefined): string {
  if (!type || fitsNothing(type)) return ''
  if (!(type instanceof z.ZodObject)) return " --data '…'"
  const needed = Object.entries(type.shape).filter(([, field]) => (field as z.ZodType)._zod.optin === undefined)
  return ` --data '{ ${needed.map(([name]) => `"${name}": …`).join(', ')} }'`
}
