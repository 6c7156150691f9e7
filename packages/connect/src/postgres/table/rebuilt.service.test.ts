import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { job, listSource } from '@heddle/stream'
import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { freshDatabase } from '../../../../../scripts/services/fresh-database.ts'
import { postgresTableKind } from './postgres-table.ts'

const patient = { timeout: 45_000 }
const closing: (() => void | Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const minute = 60_000
const orders = Array.from({ length: 60 }, (_, id) => ({ id, at: id * 10_000 }))

const planText = (minutes: number, url: string) => `heddle: 1
pipeline: shop.Count
access: public
source: { given: orders, type: { id: int, at: int }, time: it.at, decode: whole }
steps:
  - { id: perWindow, window: { tumbling: ${minutes}m }, aggregate: { sales: count() } }
  - { id: row, map: { minute: 'int(it.start) / ${minute}', sales: it.sales } }
sink: { postgresTable: { url: ${url}, table: counts, key: minute } }
checkpoint: 20ms
`

test('rows of the plan before stay where state is built anew, as a reload says, and a reset into an emptied table has the new ones', async () => {
  const url = await freshDatabase()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  closing.push(() => client.end())
  await client.query('CREATE TABLE counts (minute int PRIMARY KEY, sales int)')
  const rows = async () =>
    (await client.query<{ row: string }>("SELECT minute || ': ' || sales AS row FROM counts ORDER BY minute")).rows.map(
      ({ row }) => row,
    )
  const folder = mkdtempSync(join(tmpdir(), 'heddle-rebuilt-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'count.yaml')
  writeFileSync(file, planText(1, url))
  const count = job(pathToFileURL(file), { sources: { orders: listSource(orders) }, sinkKinds: [postgresTableKind] })
  const running = await app('shop', { parts: [count], database: usualDatabase() }).open({ folder })
  closing.push(() => running.close())
  await running.start()
  const ask = async (name: string, input = {}) => {
    const outcome = await running.callByName(name, input)
    expect(outcome).toMatchObject({ ok: true })
    return (outcome as unknown as { value: { state: string; plan: string } }).value
  }
  const show = () => ask('heddle.ShowJob', { job: 'shop.Count' })
  const untilEnded = () => expect.poll(async () => (await show()).state, patient).toBe('ended')
  await untilEnded()
  const minutes = Array.from({ length: 10 }, (_, at) => `${at}: 6`)
  expect(await rows()).toEqual(minutes)
  const { plan } = await show()

  writeFileSync(file, planText(5, url))
  const notes = [
    expect.stringContaining('The state of "perWindow" is built anew'),
    expect.stringMatching(/^The sink "sink": The rows .* stay in the table "counts", .* empty it and reset the job/),
  ]
  expect(await ask('heddle.ReloadPipelines')).toMatchObject({ pipelines: [{ runs: { notes } }] })
  await ask('heddle.ResumeJob', { pipeline: 'shop.Count' })
  await expect.poll(async () => (await show()).plan, patient).not.toBe(plan)
  await untilEnded()
  expect(await rows()).toEqual(expect.arrayContaining(minutes.slice(1, 5)))

  await client.query('TRUNCATE counts')
  await ask('heddle.ResetJob', { pipeline: 'shop.Count' })
  await ask('heddle.ResumeJob', { pipeline: 'shop.Count' })
  await expect.poll(rows, patient).toEqual(['0: 30', '5: 30'])
}, 60_000)
