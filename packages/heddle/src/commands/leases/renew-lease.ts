import { command } from '@heddle/core'
import { Leases } from '@heddle/data'
import { z } from 'zod'
import { leaseType, proofType } from './lease-type.ts'

/** Holds on to a lease for longer. Fails with `LeaseLost` when another one has it. */
export const renewLease = command('heddle.RenewLease', {
  summary: 'Hold on to a lease for longer',
  input: proofType.extend({ ttlMs: z.int().positive() }),
  output: leaseType,
  access: 'heddle:operate',
  uses: [Leases],
  run: ({ input: { ttlMs, ...proof }, ctx }) => ctx.use(Leases).renew(proof, ttlMs),
})
