import type { Schema } from '@heddle/core'
import { z } from 'zod'
import { approvalOf } from '../approval/approval-name.ts'
import type { WorkflowFacts } from '../define/types.ts'
import type { Run } from '../run/run.ts'
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
 * @param facts of the code that it goes on with, where the app has it
 */
export function howToSend(
  { id, workflow }: Pick<Run, 'id' | 'workflow'>,
  signal: string | undefined,
  facts: Pick<WorkflowFacts, 'signals' | 'approvals' | 'updates'> | undefined,
): string {
  const approval = approvalOf(signal)
  if (approval) {
    const form = facts?.approvals[approval.name]?.form
    return `Answer it: heddle approvals answer ${id} --key ${approval.key}${flagOf('answer', form)}`
  }
  const update = updateOf(signal)
  if (update === undefined) {
    const known = Object.keys(facts?.signals ?? {})
    // It came to rest by older code, and the newer one that it goes on with calls the signal otherwise.
    if (known.length > 0 && !known.includes(signal!)) {
      return `The code that it goes on with takes no signal ${signal}, but ${known.join(', ')}: heddle runs signal ${id} ${known.length === 1 ? known[0] : '…'}`
    }
    return `Send it: heddle runs signal ${id} ${signal}${flagOf('data', facts?.signals[signal!])}`
  }
  const input = textOf(facts?.updates[update]?.input)
  return `Send it: heddle call ${wayName(workflow, 'Update', update)} --input '{ "run": "${id}", "input": ${input} }'`
}

/** A flag that brings a value, where one is needed. */
const flagOf = (name: string, type: Schema | undefined): string =>
  type && fitsNothing(type) ? '' : ` --${name} '${textOf(type)}'`

/** A value of a type to be filled in, with the fields that it needs as far as they are known. */
function textOf(type: Schema | undefined): string {
  if (!(type instanceof z.ZodObject)) return '…'
  const needed = Object.entries(type.shape).filter(([, field]) => (field as z.ZodType)._zod.optin === undefined)
  return needed.length === 0 ? '{}' : `{ ${needed.map(([name]) => `"${name}": …`).join(', ')} }`
}
