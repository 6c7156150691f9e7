import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { RunRecord } from '../work/work-tables.ts'
import { sqliteDialect as dialect } from './dialect.ts'

test('a sparse index is used where a value is asked for, with the value bound', () => {
  const { name, key, indexes } = RunRecord.table
  const database = new DatabaseSync(':memory:')
  database.exec(dialect.createTable(RunRecord.table))
  for (const index of indexes) database.exec(dialect.createIndex(name, key, index))
  const plan = (where: string, order: string): string => {
    const sql = `EXPLAIN QUERY PLAN SELECT id FROM "${name}" WHERE 1 AND ${where} ORDER BY ${order} LIMIT 10`
    return database
      .prepare(sql)
      .all()
      .map(({ detail }) => detail)
      .join()
  }
  expect(plan('"wakeAt" <= ?', '"wakeAt"')).toContain('USING COVERING INDEX heddle.Run/wakeAt/all/sparse')
  expect(plan('"lane" = ?', '"lane", "rank"')).toContain('USING COVERING INDEX heddle.Run/lane/rank/all/sparse')
  expect(plan('"worker" = ?', '"worker"')).toContain('USING COVERING INDEX heddle.Run/worker/all/sparse')
  database.close()
})
