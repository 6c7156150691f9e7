import { command } from '@heddle/core'
import { z } from 'zod'
import { AccessRoles } from '../repositories.ts'

/** Lists the roles of the tenant. */
export const listRoles = command('heddle.ListRoles', {
  kind: 'query',
  summary: 'List the roles of the tenant',
  input: z.object({ after: z.string().optional().describe('`next` of the page before') }),
  output: z.object({
    roles: z.array(z.object({ name: z.string(), permissions: z.array(z.string()) })),
    next: z.string().optional(),
  }),
  access: 'heddle:operate',
  uses: [AccessRoles],
  async run({ input: { after }, ctx }) {
    const { records, next } = await ctx.use(AccessRoles).find({ after, limit: 1000 })
    return { roles: records.map(({ name, permissions }) => ({ name, permissions })), next }
  },
})
