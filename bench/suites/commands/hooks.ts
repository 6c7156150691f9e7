// The hooks and the handler of the hand-written peers: as trivial as ours, and called through a variable, as ours are.
import { totalOf } from './inputs.ts'
import type { Order } from './inputs.ts'

/** Called before the handler. */
export const before: (input: Order) => void = () => {}
/** Called after the handler. */
export const after: (output: { total: number }) => void = () => {}
/** The handler. */
export const handle = async (input: Order): Promise<{ total: number }> => ({ total: totalOf(input) })
/** The answer of an outcome, for comparing. */
export const answerOf = (outcome: { ok: boolean; value?: { total: number } }): unknown =>
  outcome.ok ? { ok: true, total: outcome.value?.total } : { ok: false }
