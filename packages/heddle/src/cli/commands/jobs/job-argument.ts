import { tenantArgument } from '../../operate.ts'

/** Which job is meant. */
export const jobArguments = {
  name: { type: 'positional', summary: 'Full name of the job, e.g. flights.Delays' },
  tenant: tenantArgument,
} as const
