import type { Contender } from '../../harness/types.ts'
import { after, answerOf, before, handle } from './hooks.ts'
import { formattedOrder } from './zod-schemas.ts'

/** A plain async function that checks its input, formats included, with Zod. */
async function getTotal(input: unknown): Promise<unknown> {
  const parsed = formattedOrder.safeParse(input)
  if (!parsed.success) return { ok: false, errors: parsed.error.issues }
  before(parsed.data)
  const value = await handle(parsed.data)
  after(value)
  return { ok: true, value }
}

export const contender: Contender = { open: async () => ({ call: getTotal, answer: answerOf }) }
