import { tenantArgument } from '../../operate.ts'

/** Which schedule is meant, and whose. */
export const scheduleArguments = {
  name: { type: 'positional', summary: 'Full name of the schedule' },
  tenant: tenantArgument,
} as const
