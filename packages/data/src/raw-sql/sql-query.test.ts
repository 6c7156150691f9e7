import { app, templatesOf } from '@heddle/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { testSqlQuery } from '../../fixtures/sql-query-case.ts'
import { entity } from '../entity/entity.ts'
import { sqlite } from '../sqlite/sqlite.ts'
import { sqlQueries } from './sql-query.ts'

describe('queries in SQL on SQLite', () => testSqlQuery(() => sqlite()))

const Flight = entity('flights.Flight', { key: 'id', fields: { id: z.string() } })
const sqlQuery = sqlQueries([Flight])
const row = { id: { type: 'text' } }

test.each([
  [{ statement: 'DELETE FROM {flights.Flight}', row }, 'its statement begins with no SELECT or WITH'],
  [
    { statement: 'SELECT id\n FROM {flights.Plane}', row },
    'line 2, column 7: {flights.Plane} is no entity that it may',
  ],
  [{ statement: 'SELECT :id AS id', row }, 'line 1, column 8: :id is no parameter; there is none'],
  [{ statement: "SELECT ':id' AS id", parameters: row, row }, 'no place for the parameter "id"; write :id'],
  [{ statement: 'SELECT 1 AS id', row: { id: { type: 'txt' } } }, 'there is none of this name'],
  [{ statement: 'SELECT 1 AS id', row: {} }, 'a row has at least one field'],
  [{ statement: 'SELECT 1 AS id', row: { 'a b': { type: 'text' } } }, 'config/row/a b Invalid key in record'],
  [{ statement: 'SELECT 1 AS id', row, rows: 7 }, 'rows'],
])('the config %j is refused: %s', (config, reason) => {
  const refused = sqlQuery.configureFrom(config)
  expect(refused).toMatchObject({ ok: false })
  if (!refused.ok)
    expect(refused.errors.map(({ message, path }) => `${path.join('/')} ${message}`).join()).toContain(reason)
  expect(() => sqlQuery.configure(config as never)).toThrow(expect.objectContaining({ code: 'InvalidDefinition' }))
})

test('the template is listed, says what can be set, and what it made says so', () => {
  const query = sqlQuery.configure({ statement: 'SELECT id FROM {flights.Flight}', row }, 'flights.Ids')
  const declared = app('flights', { parts: [sqlQuery, query], database: sqlite() })
  expect(templatesOf(declared.parts().parts).map(({ name }) => name)).toEqual(['sql.Query'])
  const { parts } = declared.manifest()
  expect(parts['template']!['sql.Query']).toMatchObject({ config: { properties: { statement: {}, row: {} } } })
  expect(parts['command']!['flights.Ids']).toMatchObject({
    kind: 'query',
    access: 'closed',
    madeFrom: { template: 'sql.Query', config: { statement: 'SELECT id FROM {flights.Flight}' } },
    output: { properties: { rows: { items: { properties: { id: { type: 'string' } } } } } },
  })
  expect(Object.keys(parts['entity']!)).toContain('flights.Flight')
})
