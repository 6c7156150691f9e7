import { tenantArgument } from '../../operate.ts'

/** Which queue is meant, and by whom. */
export const queueArguments = {
  name: { type: 'positional', summary: 'Name of the queue' },
  tenant: tenantArgument,
} as const
