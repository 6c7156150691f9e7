import { postgres } from '@heddle/data'
import { onPostgres } from '../../harness/postgres.ts'
import { selling } from './heddle.ts'

/** The same workflow on PostgreSQL. */
export const contender = onPostgres((url) => selling(() => postgres(url)))
