import { testApp } from 'heddle/testing'
import { expect, test } from 'vitest'
import shop, { bestCity, placeOrder, sqlQuery, turnover } from './sql.ts'

test('SQL in code and SQL as data answer typed rows of what was committed', async () => {
  await using app = await testApp(shop)
  for (const [id, city, cents] of [
    ['a', 'Bonn', 500],
    ['b', 'Rome', 300],
    ['c', 'Bonn', 100],
  ] as const) {
    await app.callOrThrow(placeOrder, { id, city, cents })
  }
  expect(await app.callOrThrow(bestCity, {})).toEqual({ city: 'Bonn', cents: 600 })
  expect(await app.callOrThrow(bestCity, { above: 1000 })).toBeNull()
  expect(await app.callOrThrow(turnover, {})).toEqual({
    rows: [
      { city: 'Bonn', cents: 600 },
      { city: 'Rome', cents: 300 },
    ],
  })
  expect(await app.callOrThrow(turnover, { city: 'Rome' })).toEqual({ rows: [{ city: 'Rome', cents: 300 }] })
})

test('a config that names what is not there says where', () => {
  const made = sqlQuery.configureFrom({ statement: 'SELECT id FROM {shop.Ordre}', row: { id: { type: 'text' } } })
  expect(made).toMatchObject({ ok: false, errors: [{ path: ['config'] }] })
  if (!made.ok) expect(made.errors[0]!.message).toContain('line 1, column 16: {shop.Ordre} is no entity')
})
