import { formatProblem, loadPlan } from '@heddle/pipeline'
import { expect, test } from 'vitest'
import { orderEvents, totals } from './change-data.ts'

test('the job of the guide is sound, and promises exactly once from one database to another', () => {
  const read = loadPlan(new URL('./change-data.yaml', import.meta.url))
  expect(read.ok ? [] : read.errors.map(formatProblem)).toEqual([])
  expect(totals().describe()).toMatchObject({
    sources: { source: { kind: 'postgres', replays: true } },
    sinks: { sink: { kind: 'postgresTable', delivery: 'transactional' } },
    guarantee: { level: 'exactly once' },
  })
})

test('what a source says of itself holds no password', () => {
  expect(orderEvents.describe()).toEqual({
    database: '$SHOP_DATABASE',
    tables: ['orders', 'sales.customers'],
    as: 'events',
    copy: true,
  })
})
