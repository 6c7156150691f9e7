import type { Json } from '@heddle/core'
import { expect, test } from 'vitest'
import { compareJobs } from './compare-jobs.ts'

const file = { kind: 'file', replays: true, ordered: true, rereads: true, hasTime: true, what: { path: 'a.ndjson' } }
const section = (size: string, source: Json = file, more: { readonly [step: string]: Json } = {}): Json => ({
  hash: size + JSON.stringify(source),
  steps: { perShop: { kind: 'window', shape: { size }, cells: {} }, ...more },
  migrations: {},
  sources: { source },
})
const verdicts = (before: Json, after: Json) =>
  compareJobs({ before: { 'shop.Sales': before }, after: { 'shop.Sales': after } } as never)

test('state that does not fit is built anew where its sources can be read from their beginning again', () => {
  const other = { other: { kind: 'window', shape: {}, cells: {} } }
  expect(verdicts(section('1m'), section('2m', file, other))).toEqual([
    {
      level: 'safe',
      item: 'job shop.Sales',
      change: 'state of "perShop": built anew beside the running job, then swapped in',
      reason: 'Settings that shape its state changed: size 1m → 2m.',
    },
  ])
})

test.for([
  [{ ...file, kind: 'http', rereads: false }, 'the source "http" cannot be read from its beginning again'],
  [{ ...file, hasTime: false }, 'the records of the source "file" would have another time when they are read again'],
  [{ ...file, what: { path: 'b.ndjson' } }, 'the source "file" reads something else now'],
] as const)('state that does not fit, and cannot be built anew, breaks the job', ([source, because]) => {
  const [verdict] = verdicts(section('1m'), section('2m', source))
  expect(verdict).toMatchObject({ level: 'breaking', change: 'state of "perShop": does not fit' })
  expect(verdict!.reason).toContain(`It cannot be built anew: ${because}`)
})

test('a source that is new has no place up to which it could be read', () => {
  const before = section('1m') as { readonly [name: string]: Json }
  const after = section('2m') as { readonly sources: { readonly source: Json } }
  const two = { ...after, sources: { ...after.sources, more: file } }
  expect(verdicts(before, two)[0]!.reason).toContain('the source "more" (file) is new')
})

test('a source that reads something else under its name breaks the job; how it reads does not count', () => {
  const other = (what: Json) => ({ ...file, what, how: ['follow'] })
  const [verdict, ...none] = verdicts(section('1m'), section('1m', other({ path: 'b.ndjson' })))
  expect(none).toEqual([])
  expect(verdict).toMatchObject({
    level: 'breaking',
    change: 'source "source": would read something else from where it was',
    reason: expect.stringContaining('path "a.ndjson" → "b.ndjson". Give it another name'),
  })
  expect(verdicts(section('1m'), section('1m', other({ path: 'a.ndjson', follow: true })))).toEqual([])
})

test('a sink that keeps something outside, and writes somewhere else under its name, breaks the job', () => {
  const into = (path: string, kind = 'file'): Json => ({
    ...(section(path) as object),
    steps: {},
    places: { out: { kind, what: path } },
  })
  expect(verdicts(into('a.csv'), into('b.csv'))).toMatchObject([
    { level: 'breaking', change: 'sink "out": would write on somewhere else' },
  ])
  expect(verdicts(into('a.csv'), into('a', 'topic'))).toMatchObject([{ level: 'safe' }])
})

test.each([
  ['postgresTable', 'the table "sales"'],
  ['entity', 'the entity shop.Day'],
])('rows of a %s sink stay where state is built anew, which is told with what to do', (kind, fills) => {
  const into = (size: string, name = 'out'): Json => ({
    ...(section(size) as object),
    sinks: { [name]: { kind, delivery: 'idempotent', fills }, log: { kind: 'file', delivery: 'staged' } },
  })
  expect(verdicts(into('1m'), into('2m')).slice(1)).toEqual([
    {
      level: 'safe',
      item: 'job shop.Sales',
      change: 'sink "out": rows of the plan before stay',
      reason: expect.stringMatching(
        new RegExp(`^The rows that the plan before wrote stay in ${fills}, .* empty it and reset the job, or run`),
      ) as string,
    },
  ])
  // Nothing was written under another name, and nothing stays where the plan can still go on as it is.
  expect(verdicts(into('1m', 'other'), into('2m'))).toHaveLength(1)
  const other = { ...(into('1m') as object), hash: 'other' }
  expect(verdicts(into('1m'), other)).toEqual([])
})

test('a step that has another name is told as one that takes its state over', () => {
  const of = (name: string): Json => ({
    ...(section('1m') as object),
    hash: name,
    steps: { [name]: { kind: 'window', shape: {}, cells: {}, reads: ['source'] } },
  })
  expect(verdicts(of('hourly'), of('hh'))).toMatchObject([
    { level: 'safe', change: 'state of "hh": taken over from "hourly"' },
  ])
})

test('a step without state that changed is named, with what it means', () => {
  const planned = (delay: number) => ({
    ...(section('1h') as object),
    hash: `${delay}`,
    plan: { steps: [{ id: 'late', filter: `it.delay > ${delay}` }] },
  })
  expect(verdicts(planned(0), planned(5))).toEqual([
    {
      level: 'safe',
      item: 'job shop.Sales',
      change: 'step "late" changed',
      reason: 'It takes effect from now on; rows and open windows keep what they had.',
    },
  ])
})
