import type { Argument } from '../../cli-command.ts'

/** Where the migration files are, for every command that reads them. */
export const migrationsArgument = {
  type: 'text',
  value: 'FOLDER',
  default: 'migrations',
  summary: 'The folder of the migration files',
} as const satisfies Argument
