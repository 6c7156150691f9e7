import { castOutput, type Json } from '@heddle/core'
import type { Execution } from '../body/execution.ts'
import type { Strand } from '../body/strand.ts'
import { durationMs } from '../define/duration.ts'
import type { Approved, Duration } from '../define/types.ts'
import { approvalSignal } from './approval-name.ts'

/** What a body asks somebody to approve. */
interface Asked {
  readonly key: string
  readonly name: string
  readonly timeout?: Duration | undefined
}

/**
 * Waits for the answer to an approval; undefined when its time is over. An answer that was accepted in the same moment is
 * looked for once more, so that whoever gave it was not told something wrong.
 *
 * @throws {TypeError} for a name that the workflow does not declare
 */
export async function awaitApproval(
  execution: Execution,
  strand: Strand,
  { key, name, timeout }: Asked,
): Promise<Approved<unknown> | undefined> {
  const type = execution.facts.approvals[name]
  if (!type) throw new TypeError(`${execution.facts.name} declares no approval "${name}"`)
  const signal = approvalSignal(name, key)
  let found = await execution.signal(strand, key, signal, timeout === undefined ? undefined : durationMs(timeout))
  found ??= await execution.signal(strand, `${key}/late`, signal, 0, true)
  if (found === undefined) return undefined
  const { answer, by, at } = found as { readonly answer: Json; readonly by: string | null; readonly at: number }
  return { answer: castOutput(type.form, answer), by: by ?? undefined, at: new Date(at) }
}
