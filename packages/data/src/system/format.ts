import { systemMigrations } from './tables.ts'

/** The newest format of system tables that this version knows: databases of a newer one are refused. */
export const systemFormat = (): number => systemMigrations.length
