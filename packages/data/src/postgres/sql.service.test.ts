import { describe } from 'vitest'
import { testSql } from '../../fixtures/sql-case.ts'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { postgres } from './postgres.ts'

describe('SQL on PostgreSQL', () =>
  testSql({
    part: async () => postgres(await freshDatabase()),
    forbidden: [
      'SELECT relname AS id FROM pg_class',
      'SELECT count(*) AS id FROM pg_catalog.pg_tables',
      'SET default_transaction_read_only = off',
      'SELECT \'x\' AS id; DROP TABLE "flights.Secret"',
      'INSERT INTO "flights.Secret" DEFAULT VALUES RETURNING id',
      "SELECT nextval('_versions')::text AS id",
    ],
    says: /not authorized|syntax error|read-only|cannot be written|multiple commands/,
  }))
