import { command } from '@heddle/core'
import { z } from 'zod'
import { AccessPrincipals } from '../repositories.ts'

/** Lists the principals of the tenant. */
export const listPrincipals = command('heddle.ListPrincipals', {
  kind: 'query',
  summary: 'List the principals of the tenant',
  input: z.object({ after: z.string().optional().describe('`next` of the page before') }),
  output: z.object({
    principals: z.array(
      z.object({ id: z.string(), kind: z.string(), roles: z.array(z.string()), disabled: z.boolean() }),
    ),
    next: z.string().optional(),
  }),
  access: 'heddle:operate',
  uses: [AccessPrincipals],
  async run({ input: { after }, ctx }) {
    const { records, next } = await ctx.use(AccessPrincipals).find({ after, limit: 1000 })
    return { principals: records.map(({ id, kind, roles, disabled }) => ({ id, kind, roles, disabled })), next }
  },
})
