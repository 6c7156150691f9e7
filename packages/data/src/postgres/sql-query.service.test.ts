import { describe } from 'vitest'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { testSqlQuery } from '../../fixtures/sql-query-case.ts'
import { postgres } from './postgres.ts'

describe('queries in SQL on PostgreSQL', () => testSqlQuery(async () => postgres(await freshDatabase())))
