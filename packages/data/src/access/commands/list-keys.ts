import { command } from '@heddle/core'
import { z } from 'zod'
import { AccessKeys } from '../repositories.ts'
import { keyType } from './key-output.ts'
import { stateOf } from './new-key.ts'

/** Lists the API keys of the tenant, never the keys themselves. */
export const listKeys = command('heddle.ListKeys', {
  kind: 'query',
  summary: 'List the API keys of the tenant',
  input: z.object({
    principal: z.string().optional().describe('Only of this principal'),
    after: z.string().optional().describe('`next` of the page before'),
  }),
  output: z.object({ keys: z.array(keyType), next: z.string().optional() }),
  access: 'heddle:operate',
  uses: [AccessKeys],
  async run({ input: { principal, after }, ctx }) {
    const where = principal === undefined ? {} : { principal }
    const { records, next } = await ctx.use(AccessKeys).find({ where, after, limit: 1000 })
    const now = ctx.clock.now()
    const keys = records.map((record) => {
      const { id, principal: owner, name, permissions, createdAt, endsAt, usedAt } = record
      return { id, principal: owner, name, permissions, createdAt, endsAt, state: stateOf(record, now), usedAt }
    })
    return { keys, next }
  },
})
