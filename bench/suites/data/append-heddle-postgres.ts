import { postgres } from '@heddle/data'
import { onPostgres } from '../../harness/postgres.ts'
import { appending } from './append-heddle.ts'

/** The same commands on PostgreSQL. */
export const contender = onPostgres((url) => appending(() => postgres(url)))
