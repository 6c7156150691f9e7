import { app, http, job, type OpenApp, parsePlan, sqlite } from 'heddle'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSse } from './fixtures/sse.ts'

const plan = `heddle: 1
pipeline: flights.Delays
access: public
source: { http: {}, type: { origin: string } }
steps:
  - { id: byOrigin, keyBy: it.origin }
  - { id: running, aggregate: { flights: count() } }
sink: { view: { name: top } }
`

let folder: string
let flights: OpenApp
let url: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heddle-live-views-'))
  const parsed = parsePlan(plan, 'delays.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  const served = http({ port: 0 })
  flights = await app('flights', { database: sqlite(), parts: [job(parsed.plan), served] }).open({ folder })
  await flights.start()
  url = `${served.url}/_heddle/live/flights/ShowTop`
})
afterAll(async () => {
  await flights.close()
  await rm(folder, { recursive: true })
})

const push = async (...origins: string[]) => {
  const records = origins.map((origin) => ({ origin }))
  expect(await flights.callByName('flights.PushDelays', { records }, { from: 'json' })).toMatchObject({ ok: true })
}

test('a subscription to the query of a view is told the new answer when a record changes the view', async () => {
  await using one = await readSse(url)
  await using other = await readSse(`${url}?limit=1`)
  expect(await one.next()).toMatchObject({ event: 'value', data: { rows: [], total: 0 } })
  await other.next()
  await push('SFO')
  const sfo = { key: 'SFO', value: { origin: 'SFO', flights: 1 } }
  expect(await one.next()).toMatchObject({ data: { rows: [sfo], total: 1 } })
  expect(await other.next()).toMatchObject({ data: { rows: [sfo], total: 1 } })
  await push('LAX')
  expect(await one.next()).toMatchObject({ data: { rows: [{ key: 'LAX' }, sfo], total: 2 } })
  expect(await other.next()).toMatchObject({ data: { rows: [{ key: 'LAX' }], total: 2 } })
})
