import Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { Contender } from '../../harness/types.ts'
import { after, answerOf, before, handle } from './hooks.ts'

const order = Compile(
  Type.Object({
    id: Type.String({ minLength: 1, maxLength: 64 }),
    name: Type.String({ minLength: 1, maxLength: 100 }),
    qty: Type.Integer({ minimum: 1, maximum: 1000 }),
    price: Type.Number({ minimum: 0 }),
    active: Type.Boolean(),
  }),
)

/** A plain async function that checks its input with a compiled TypeBox type. */
async function getTotal(input: unknown): Promise<unknown> {
  if (!order.Check(input)) return { ok: false, errors: [...order.Errors(input)] }
  before(input)
  const value = await handle(input)
  after(value)
  return { ok: true, value }
}

export const contender: Contender = { open: async () => ({ call: getTotal, answer: answerOf }) }
