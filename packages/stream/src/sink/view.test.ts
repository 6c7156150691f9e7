import { app, type OpenApp } from '@heddle/core'
import { settled } from '@heddle/core/testing'
import type { ValueType } from '@heddle/pipeline'
import { expect, test } from 'vitest'
import { sinkHost } from '../testing/source-host.ts'
import { testSink } from '../testing/test-sink.ts'
import type { SinkRecord } from './sink.ts'
import { LiveView } from './view/live-view.ts'
import { viewSinkKind, type ViewSinkConfig } from './view.ts'

const count: ValueType = {
  kind: 'record',
  fields: { origin: { type: { kind: 'string' } }, flights: { type: { kind: 'int' } } },
}

async function opened(config: Partial<ViewSinkConfig> = {}) {
  const sink = viewSinkKind.create({ name: 'top', key: 'origin', ...config }, count)
  const { parts = [], commands = [] } = sink.brings!({ job: 'flights.Delays', name: 'sink', access: 'public' })
  const flights = await app('flights', { parts: [...parts, ...commands] }).open({})
  const open = await sink.open(sinkHost({ job: 'flights.Delays', app: flights, ports: flights.ports }))
  return { sink, flights, open }
}

const shown = async (flights: OpenApp, limit = 100) => {
  const outcome = await flights.callByName('flights.ShowTop', { limit })
  return outcome.ok ? outcome.value : outcome
}

const record = (origin: string, flights: number, weight: 1 | -1 = 1): SinkRecord => ({
  id: `${origin}${flights}`,
  value: { origin, flights },
  key: origin,
  time: 0,
  weight,
})

testSink('view', async () => {
  const { sink, flights } = await opened()
  return {
    sink,
    host: { job: 'flights.Delays', app: flights },
    value: (n) => ({ origin: `A${n}`, flights: n }),
    read: async () => {
      const { rows } = (await shown(flights)) as { rows: { value: { flights: number } }[] }
      return rows.map(({ value }) => value).toSorted((left, right) => left.flights - right.flights)
    },
    close: () => flights.close(),
  }
})

test('shows the newest value of each key, the newest first, and takes back what is withdrawn', async () => {
  const { flights, open } = await opened()
  await open.write([record('SFO', 1), record('LAX', 1), record('SFO', 2)], 1)
  expect(await shown(flights)).toEqual({
    rows: [
      { key: 'SFO', value: { origin: 'SFO', flights: 2 } },
      { key: 'LAX', value: { origin: 'LAX', flights: 1 } },
    ],
    total: 2,
  })
  // A newer value stays where an older one is withdrawn.
  await open.write([record('SFO', 1, -1), record('LAX', 1, -1)], 1)
  expect(await shown(flights)).toMatchObject({ rows: [{ key: 'SFO' }], total: 1 })
  await flights.close()
})

test('shows the newest window where its key leaves out which one, and forgets it where it is withdrawn', async () => {
  const hourly: ValueType = { kind: 'record', fields: { ...count.fields, start: { type: { kind: 'time' } } } }
  const sink = viewSinkKind.create({ name: 'top', key: 'origin' }, hourly, {
    flow: 'changes',
    keys: ['origin', 'start'],
  })
  const { parts = [], commands = [] } = sink.brings!({ job: 'flights.Delays', name: 'sink', access: 'public' })
  const flights = await app('flights', { parts: [...parts, ...commands] }).open({})
  const open = await sink.open(sinkHost({ job: 'flights.Delays', app: flights, ports: flights.ports }))
  const of = (hour: number, flown: number, weight: 1 | -1 = 1): SinkRecord => {
    const one = record('SFO', flown, weight)
    return { ...one, value: { origin: 'SFO', flights: flown, start: new Date(hour) } }
  }
  const now = async () => {
    const { rows } = (await shown(flights)) as { rows: { value: { flights: number } }[] }
    return rows.map(({ value }) => value.flights)
  }
  await open.write([of(1, 10), of(2, 20)], 1)
  expect(await now()).toEqual([20])
  await open.write([of(1, 10, -1), of(1, 11)], 1)
  expect(await now()).toEqual([20])
  await open.write([of(2, 20, -1), of(2, 21)], 1)
  expect(await now()).toEqual([21])
  await open.write([of(2, 21, -1), of(1, 12)], 1)
  expect(await now()).toEqual([12])
  await flights.close()
})

test('takes back exactly the value that is withdrawn, also with big integers, and has rows by them', () => {
  const big = 9_007_199_254_740_993n
  const of = (flights: bigint, weight: 1 | -1 = 1, more = {}): SinkRecord => ({
    ...record('SFO', 0, weight),
    value: { origin: 'SFO', flights, ...more },
  })
  const view = new LiveView(10)
  const byOrigin = { by: 'field', field: 'origin' } as const
  view.take(byOrigin, [of(big), of(big + 2n, -1), of(big, -1, { late: null }), of(big, -1, { late: undefined })])
  expect(view.size).toBe(0)
  view.take(byOrigin, [of(big, 1, { late: null }), of(big, -1)])
  expect(view.size).toBe(1)
  view.clear()
  view.take({ by: 'fields', fields: ['origin', 'flights'] }, [of(big), of(big + 2n), of(big, -1)])
  expect(view.rows(9).map(({ key }) => key)).toEqual(['["SFO",9007199254740995]'])
})

test('holds no more keys than its limit', async () => {
  const { flights, open } = await opened({ limit: 2 })
  await open.write([record('A', 1), record('B', 1), record('A', 2), record('C', 1)], 1)
  expect(await shown(flights, 1)).toMatchObject({ rows: [{ key: 'C' }], total: 2 })
  await flights.close()
})

test('pushes what changes to those who watch, as soon as it is written', async () => {
  const { flights, open } = await opened({ limit: 2 })
  await open.write([record('SFO', 1)], 1)
  const cancelling = new AbortController()
  const items: unknown[] = []
  const watching = flights.callByName(
    'flights.WatchTop',
    {},
    {
      signal: cancelling.signal,
      onItem: ((item: unknown) => void items.push(item)) as never,
    },
  )
  await settled()
  expect(items).toEqual([{ set: [{ key: 'SFO', value: { origin: 'SFO', flights: 1 } }], gone: [] }])
  await open.write([record('SFO', 1, -1), record('SFO', 2), record('LAX', 1)], 1)
  await open.write([record('LAX', 1, -1)], 1)
  await settled()
  const last = items.slice(1) as { set: { key: string; value: { flights: number } }[]; gone: string[] }[]
  expect(last.flatMap(({ set }) => set.map(({ key, value }) => `${key} ${value.flights}`))).toContain('SFO 2')
  expect(last.at(-1)!.gone).toEqual(['LAX'])
  cancelling.abort()
  await watching
  await flights.close()
})

test('is one view in each app that is opened', async () => {
  const one = await opened()
  const other = await opened()
  await one.open.write([record('SFO', 1)], 1)
  expect(await shown(other.flights)).toEqual({ rows: [], total: 0 })
  await one.flights.close()
  await other.flights.close()
})
