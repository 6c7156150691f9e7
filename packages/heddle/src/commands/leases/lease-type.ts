import { z } from 'zod'

const at = z.int().describe('UTC in milliseconds, on the clock of the database')

/** A lease as Heddle's own commands give it. */
export const leaseType = z.object({
  name: z.string(),
  holder: z.string(),
  token: z.int().describe('Grows with each change of holder'),
  since: at,
  expiresAt: at,
})

/** What proves that a lease is held. */
export const proofType = z.object({ name: z.string(), token: z.int() })
