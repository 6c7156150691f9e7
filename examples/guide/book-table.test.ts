import { testApp } from 'heddle/testing'
import { runsOf } from 'heddle/workflow'
import { expect, test } from 'vitest'
import dinner, { bookTable } from './book-table.ts'

test('the plan of book-table.yaml is a workflow, which waits for its signal and ends with its value', async () => {
  // The plan is './book-table.yaml', beside the app.
  await using open = await testApp(dinner)
  const run = await runsOf(open).start(bookTable, { guest: 'Ada', seats: 4 })
  await open.time.advance(3 * 24 * 3_600_000)
  await runsOf(open).signal(run.run, 'confirmed', { by: 'phone' })
  expect(await run.outcome()).toEqual({ ok: true, value: { by: 'phone', seats: 4 } })
})
