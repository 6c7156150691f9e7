import { initTRPC } from '@trpc/server'
import type { Contender } from '../../harness/types.ts'
import { handle } from './hooks.ts'
import { order, total } from './zod-schemas.ts'

const t = initTRPC.context<{ user: string }>().create()

/** A tRPC procedure with one middleware and a checked output, called through a caller. */
const router = t.router({
  getTotal: t.procedure
    .use(({ ctx, next }) => next({ ctx }))
    .input(order)
    .output(total)
    .query(({ input }) => handle(input)),
})

const createCaller = t.createCallerFactory(router)

export const contender: Contender = {
  open: async () => ({
    // A caller belongs to one context, so there is one per request, as on a server.
    call: (input) => createCaller({ user: 'u-1' }).getTotal(input as never),
    answer: ({ total }: { total: number }) => ({ ok: true, total }),
  }),
}
