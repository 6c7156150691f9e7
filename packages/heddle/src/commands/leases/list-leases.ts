import { command } from '@heddle/core'
import { Leases } from '@heddle/data'
import { z } from 'zod'
import { leaseType } from './lease-type.ts'

/** Lists the leases that are held now. */
export const listLeases = command('heddle.ListLeases', {
  kind: 'query',
  summary: 'List the leases that are held now',
  input: z.object({ after: z.string().optional(), limit: z.int().min(1).max(1000).default(100) }),
  output: z.object({ leases: z.array(leaseType) }),
  access: 'heddle:operate',
  uses: [Leases],
  async run({ input, ctx }) {
    return { leases: [...(await ctx.use(Leases).list(input))] }
  },
})
