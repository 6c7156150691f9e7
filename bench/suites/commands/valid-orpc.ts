import { call, os } from '@orpc/server'
import type { Contender } from '../../harness/types.ts'
import { handle } from './hooks.ts'
import { order, total } from './zod-schemas.ts'

/** An oRPC procedure with one middleware and a checked output, called in process. */
const getTotal = os
  .$context<{ user: string }>()
  .use(({ context, next }) => next({ context }))
  .input(order)
  .output(total)
  .handler(({ input }) => handle(input))

export const contender: Contender = {
  open: async () => ({
    call: (input) => call(getTotal, input as never, { context: { user: 'u-1' } }),
    answer: ({ total }: { total: number }) => ({ ok: true, total }),
  }),
}
