import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { parsePlan } from '@heddle/pipeline'
import { afterAll, expect, test } from 'vitest'
import { job } from '../job/job.ts'
import { listSource } from '../source/list.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-views-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const plan = `heddle: 1
pipeline: flights.Delays
access: public
source: { given: flights, type: { id: int, origin: string } }
steps:
  - { id: far, filter: it.id > 1 }
sinks:
  all: { from: source, view: { name: newest, key: origin } }
  some: { from: far, view: { name: far, key: id } }
`

test('whoever follows the views of a job is told of all of them in one stream', async () => {
  const parsed = parsePlan(plan, 'delays.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  const flights = listSource([
    { id: 1, origin: 'SFO' },
    { id: 2, origin: 'JFK' },
    { id: 3, origin: 'SFO' },
  ])
  const delays = job(parsed.plan, { sources: { flights } })
  const running = await app('flights', { parts: [delays], database: usualDatabase() }).open({ folder })
  const as = { id: 'olga', permissions: ['heddle:operate'] }
  const leaving = new AbortController()
  const rows = new Map<string, Map<string, unknown>>()
  const following = running.callByName(
    'heddle.WatchViews',
    { job: 'flights.Delays' },
    {
      as,
      signal: leaving.signal,
      onItem(item) {
        const { view, set } = item as { view: string; set: { key: string; value: unknown }[] }
        const known = rows.get(view) ?? new Map<string, unknown>()
        rows.set(view, new Map([...known, ...set.map(({ key, value }) => [key, value] as const)]))
        if (rows.get('all')?.size === 2 && rows.get('some')?.size === 2) leaving.abort()
      },
    },
  )
  await running.start()
  expect(await following).toMatchObject({ ok: false, errors: [{ code: 'Cancelled' }] })
  expect(rows.get('all')?.get('SFO')).toEqual({ id: 3, origin: 'SFO' })
  expect([...rows.get('some')!.values()]).toEqual([
    { id: 2, origin: 'JFK' },
    { id: 3, origin: 'SFO' },
  ])
  const unknown = await running.callByName('heddle.WatchViews', { job: 'flights.None' }, { as })
  expect(unknown).toMatchObject({ ok: false, errors: [{ code: 'UnknownJob' }] })
  await running.close()
})
