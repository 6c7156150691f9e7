import { app, type OpenApp } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { parsePlan } from '@heddle/pipeline'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { job } from '../job/job.ts'
import { logOf } from './topic/app-log.ts'

const plan = `heddle: 1
pipeline: flights.Delays
access: public
source: { http: {}, type: { origin: string, delay: int, at: int }, time: it.at, onError: deadLetter }
checkpoint: 20ms
steps:
  - { id: late, filter: it.delay > 15 }
  - id: perOrigin
    window: { tumbling: 1h, by: it.origin, trigger: { count: 1 } }
    aggregate: { flights: count() }
sinks:
  perHour: { from: perOrigin, table: { name: perHour } }
  running: { from: perOrigin, view: { name: running } }
  copies: { from: late, file: { path: out.ndjson } }
  raw: { from: late, topic: { topic: late } }
`

test('a job is pushed to, and shows what it makes of it in a view, a table, a file and a topic', async () => {
  const parsed = parsePlan(plan, 'delays.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  const folder = await mkdtemp(join(tmpdir(), 'heddle-brought-'))
  const flights: OpenApp = await app('flights', { parts: [job(parsed.plan)], database: usualDatabase() }).open({
    folder,
    root: folder,
  })
  const call = async (name: string, input: object) => {
    const outcome = await flights.callByName(`flights.${name}`, input, { from: 'json' })
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.errors))
    return outcome.value as Record<string, unknown>
  }
  await flights.start()
  const hour = 3_600_000
  const records = [
    { origin: 'SFO', delay: 20, at: 0 },
    { origin: 'SFO', delay: 30, at: 1 },
    { origin: 'LAX', delay: 10, at: 2 },
    { origin: 'SFO', delay: 40, at: hour },
  ]
  expect(await call('PushDelays', { records })).toEqual({ taken: 4 })
  await expect
    .poll(async () => (await call('FindPerHours', { limit: 10 })).records, { timeout: 15_000 })
    .toMatchObject([
      { origin: 'SFO', flights: 2 },
      { origin: 'SFO', flights: 1 },
    ])
  expect(await call('ShowRunning', {})).toMatchObject({ total: 2, rows: [{ value: { flights: 1 } }, {}] })
  const lines = async () => (await readFile(join(folder, 'out.ndjson'), 'utf8').catch(() => '')).split('\n')
  await expect.poll(lines, { timeout: 15_000 }).toHaveLength(4)
  const topic = await (await logOf({ app: flights, job: 'flights.Delays' })).openTopic('late')
  await expect.poll(async () => (await topic.offsets(0)).next, { timeout: 15_000 }).toBe(3)
  await flights.close()
  await rm(folder, { recursive: true })
})
