import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from '@heddle/core'
import { autocrud, entity } from '@heddle/data'
import { usualDatabase } from '@heddle/data/testing'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { listSource } from '../../source/list.ts'
import { job } from '../job.ts'
import type { JobStatus } from '../job-status.ts'

const patient = { timeout: 45_000 }
const closing: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const Minute = entity('shop.Minute', { key: 'minute', fields: { minute: z.int(), sales: z.int() } })
const minute = 60_000
const orders = Array.from({ length: 60 }, (_, id) => ({ id, at: id * 10_000 }))

const planText = (minutes: number, sinks: string) => `heddle: 1
pipeline: shop.Count
access: public
source: { given: orders, type: { id: int, at: int }, time: it.at, decode: whole }
steps:
  - { id: perWindow, window: { tumbling: ${minutes}m }, aggregate: { sales: count() } }
  - { id: row, map: { minute: 'int(it.start) / ${minute}', sales: it.sales } }
${sinks}
checkpoint: 20ms
`

test('rows of an entity stay where state is built anew, and a reload says so beforehand; a table has those of the new plan', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-staying-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'count.yaml')
  const write = (minutes: number) =>
    writeFileSync(
      file,
      planText(
        minutes,
        'sinks:\n  kept: { from: row, entity: shop.Minute }\n  counts: { from: row, table: { name: counts, key: minute } }',
      ),
    )
  write(1)
  const count = job(pathToFileURL(file), { sources: { orders: listSource(orders) } })
  const commands = autocrud(Minute, { access: 'public', only: ['find'] })
  const running = await app('shop', { parts: [Minute, commands, count], database: usualDatabase() }).open({ folder })
  closing.push(() => running.close())
  await running.start()
  const ask = async <Value>(name: string, input = {}) =>
    ((await running.callByName(name, input)) as unknown as { value: Value }).value
  const stateOf = async () => (await ask<JobStatus>('heddle.ShowJob', { job: 'shop.Count' })).state
  const rows = async (find: string) => {
    const { records } = await ask<{ records: { minute: number; sales: number }[] }>(find, { limit: 100 })
    return records.map((row) => `${row.minute}: ${row.sales}`).toSorted()
  }
  await expect.poll(stateOf, patient).toBe('ended')
  const minutes = Array.from({ length: 10 }, (_, at) => `${at}: 6`)
  expect(await rows('shop.FindMinutes')).toEqual(minutes)

  write(5)
  const notes = [
    expect.stringContaining('The state of "perWindow" is built anew'),
    expect.stringMatching(
      /^The sink "kept": The rows that the plan before wrote stay in the entity shop\.Minute, .* reset the job/,
    ),
  ]
  expect(await running.callByName('heddle.ReloadPipelines', {})).toMatchObject({
    value: { pipelines: [{ runs: { notes } }] },
  })
  await running.callByName('heddle.ResumeJob', { pipeline: 'shop.Count' })
  const fives = ['0: 30', '5: 30']
  await expect.poll(() => rows('shop.FindCounts'), patient).toEqual(fives)
  expect(await rows('shop.FindMinutes')).toEqual(expect.arrayContaining(minutes.slice(1, 5)))
})
