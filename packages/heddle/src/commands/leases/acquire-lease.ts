import { command } from '@heddle/core'
import { Leases } from '@heddle/data'
import { z } from 'zod'
import { leaseType } from './lease-type.ts'

/** Takes a lease for a process outside, or says who has it. */
export const acquireLease = command('heddle.AcquireLease', {
  summary: 'Take a right for a time, or learn who has it',
  input: z.object({
    name: z.string().min(1).max(255),
    holder: z
      .string()
      .min(1)
      .max(255)
      .describe('Who wants it; asked again, the same holder gets the lease that it has'),
    ttlMs: z.int().positive().describe('How long it is held without a renewal'),
  }),
  output: z.union([
    leaseType.extend({ acquired: z.literal(true) }),
    z.object({ acquired: z.literal(false), name: z.string(), holder: z.string(), expiresAt: z.int() }),
  ]),
  access: 'heddle:operate',
  uses: [Leases],
  run: ({ input: { name, ...options }, ctx }) => ctx.use(Leases).acquire(name, options),
})
