import { describe } from 'vitest'
import { testSql } from '../../fixtures/sql-case.ts'
import { sqlite } from '../sqlite/sqlite.ts'

describe.each([
  ['beside the calling thread', () => sqlite()],
  ['on one thread', () => sqlite().simulated!()],
])('SQL %s', (_where, part) => {
  testSql({
    part,
    forbidden: [
      'SELECT name AS id FROM sqlite_schema',
      'SELECT count(*) AS id FROM sqlite_schema',
      'PRAGMA user_version',
      "ATTACH ':memory:' AS x",
    ],
    says: /prohibited|not authorized/,
  })
})
