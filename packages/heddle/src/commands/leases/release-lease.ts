import { command } from '@heddle/core'
import { Leases } from '@heddle/data'
import { z } from 'zod'
import { proofType } from './lease-type.ts'

/** Gives a lease back. */
export const releaseLease = command('heddle.ReleaseLease', {
  summary: 'Give a lease back',
  input: proofType,
  output: z.object({ released: z.boolean().describe('Whether it was still held') }),
  access: 'heddle:operate',
  uses: [Leases],
  async run({ input, ctx }) {
    return { released: await ctx.use(Leases).release(input) }
  },
})
