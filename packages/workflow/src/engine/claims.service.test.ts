import { app, command, type OpenApp, systemTimers, type Timers } from '@heddle/core'
import { type DataTransactions, postgres } from '@heddle/data'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { standing } from '../../fixtures/over-versions.ts'
import { runs, runsOf } from '../index.ts'
import { pauseQueue, resumeQueue } from '../queue/commands.ts'

const called: number[] = []
const count = command('many.Count', {
  input: z.object({ n: z.int() }),
  output: z.object({}),
  run({ input: { n } }) {
    called.push(n)
    return {}
  },
})
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => ({ n: from + index }))

async function processOf(url: string, timers: Timers = systemTimers): Promise<OpenApp> {
  const open = await app('many', { parts: [count, runs()], database: postgres({ url }) }).open({ ports: { timers } })
  await open.start()
  return open
}

test('three processes take the runs of one lane, each of them once', async () => {
  const url = await freshDatabase()
  const apps = [await processOf(url), await processOf(url), await processOf(url)]
  const [first] = apps as [OpenApp]
  await first.callOrThrow(pauseQueue, { name: 'default' })
  const jobs = await runsOf(first).laterAll(count, numbers(0, 600), {})
  await first.callOrThrow(resumeQueue, { name: 'default' })
  for (const { run } of jobs) expect(await runsOf(first).outcome(run)).toMatchObject({ ok: true })
  expect(called.splice(0).toSorted((a, b) => a - b)).toEqual(numbers(0, 600).map(({ n }) => n))
  for (const { run } of jobs) expect((await standing(first, run)).claims).toBe(1)
  for (const one of apps) await one.close()
})

test('three processes share the runs that are due at one moment, each of them once', async () => {
  const url = await freshDatabase()
  const apps = [await processOf(url), await processOf(url), await processOf(url)]
  const [first] = apps as [OpenApp]
  const at = new Date(first.ports.clock.now() + 1000)
  const jobs = await runsOf(first).laterAll(count, numbers(0, 1200), { at })
  for (const { run } of jobs) expect(await runsOf(first).outcome(run)).toMatchObject({ ok: true })
  expect(called.splice(0).toSorted((a, b) => a - b)).toEqual(numbers(0, 1200).map(({ n }) => n))
  for (const { run } of jobs) expect((await standing(first, run)).claims).toBe(1)
  for (const one of apps) await one.close()
})

test('runs that were taken although the answer was lost go on', async () => {
  // What waits for some seconds waits for some hundredths of them.
  const hasty: Timers = { after: (ms, fire, options) => systemTimers.after(ms / 100, fire, options) }
  const open = await processOf(await freshDatabase(), hasty)
  const { database } = open.ports.transactions as DataTransactions
  const take = database.take!
  let lost = 0
  database.take = async (asked) => {
    const rows = await take(asked)
    if (rows.length === 0 || lost > 0) return rows
    lost = rows.length
    throw new Error('the connection is gone')
  }
  const jobs = await runsOf(open).laterAll(count, numbers(0, 5), {})
  for (const { run } of jobs) expect(await runsOf(open).outcome(run)).toMatchObject({ ok: true })
  expect(lost).toBeGreaterThan(0)
  expect(called.splice(0).toSorted()).toEqual([0, 1, 2, 3, 4])
  await open.close()
})
