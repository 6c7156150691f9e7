import { command } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { sinkKinds, sourceKinds } from '../../fixtures/plan/stream-kinds.ts'
import { planHash } from '../plan/hash.ts'
import { readOrigin } from '../run/origin.ts'
import { sourcesOf } from '../run/sources-of.ts'
import { parsePlan } from '../text/parse-plan.ts'
import { checkPlan } from '../validate/check-plan.ts'
import { draft } from './begin.ts'

const Flight = z.object({ id: z.string(), origin: z.string(), delay: z.int(), at: z.date() })
const parse = command('flights.Parse', {
  input: z.object({ line: z.string() }),
  output: Flight,
  run: () => ({ id: 'a', origin: 'ATL', delay: 1, at: new Date(0) }),
})
const city = command('flights.City', {
  input: z.object({ code: z.string() }),
  output: z.object({ name: z.string() }),
  run: () => ({ name: 'Atlanta' }),
})
const Airport = { name: 'flights.Airport', schema: z.object({ code: z.string() }) }

const planOf = (text: string) => {
  const parsed = parsePlan(text)
  if (!parsed.ok) throw new Error(parsed.errors[0]!.message)
  return parsed.plan
}

test('a job that is built is the plan that the same YAML is, with its hash', () => {
  const built = draft('flights.Delays', { access: 'public', checkpoint: '1s', errors: { budget: 100, per: '1m' } })
    .source('source', 'file', { path: 'flights.ndjson' }, { type: { line: 'string' }, disorder: '20m' })
    .call('parse', parse, { with: { line: 'it.line' }, concurrency: 4, retry: { attempts: 3 }, onError: 'deadLetter' })
    .filter('late', 'it.delay > 15')
    .window('perAirport', { tumbling: '1d', by: 'it.origin', lateness: '1h' }, { flights: 'count()' })
    .sink('sink', 'table', { name: 'delays' })
  const written = planOf(`
heddle: 1
pipeline: flights.Delays
access: public
source: { file: { path: flights.ndjson }, type: { line: string }, disorder: 20m }
steps:
  - { id: parse, call: { command: flights.Parse, with: { line: it.line }, concurrency: 4 }, retry: { attempts: 3 }, onError: deadLetter }
  - { id: late, filter: it.delay > 15 }
  - { id: perAirport, window: { tumbling: 1d, by: it.origin, lateness: 1h }, aggregate: { flights: count() } }
sink: { table: { name: delays } }
checkpoint: 1s
errors: { budget: 100, per: 1m }
`)
  expect(built.plan).toEqual(written)
  expect(planHash(built.plan)).toBe(planHash(written))
})

test('a job without steps is the same in both ways', () => {
  const built = draft('flights.Copy')
    .source('source', 'file', { path: 'flights.ndjson' }, { type: { line: 'string' }, ahead: '1h' })
    .sink('sink', 'table', { name: 'flights' })
  const source = 'source: { file: { path: flights.ndjson }, type: { line: string }, ahead: 1h }'
  const written = planOf(`heddle: 1\npipeline: flights.Copy\n${source}\nsink: { table: { name: flights } }\n`)
  expect(built.plan).toEqual(written)
})

test('every kind has its method, and from and sinks name what does not follow from their place', () => {
  const built = draft('flights.All')
    .source('flights', 'file', 'a.ndjson', { type: Flight, time: 'it.at', decode: 'needed' })
    .source('codes', 'file', 'b.ndjson', { type: z.object({ code: z.string(), at: z.date() }) })
    .from('flights')
    .dedupe('once', { by: 'it.id', memory: '1h' })
    .sample('some', 0.5)
    .sample('few', 0.5, { by: 'it.origin' })
    .throttle('slow', { limit: 10, per: '1s' })
    .keyBy('keyed', 'it.origin')
    .branch('parts', { big: 'it.delay > 60', small: 'it.delay < 5' })
    .enrich('airport', Airport, { key: 'it.origin', as: 'airport' })
    .lookup('city', city, { with: { code: 'it.origin' }, as: 'city' })
    .map('named', { id: 'it.id', city: 'it.city.name' })
    .from('parts.big')
    .join('met', 'codes', { by: 'it.origin', withBy: 'it.code', within: { before: '1h' }, kind: 'left' })
    .map('code', 'right.code == null ? left.id : right.code')
    .from('slow.over')
    .aggregate('counts', { n: 'count()' })
    .sink('counts', 'table', { name: 'counts' })
    .from('parts.small')
    .timer('silent', { after: '10m' })
    .pattern('row', { by: 'it.origin', sequence: [{ name: 'one', if: 'it.delay > 1', times: 3 }], within: '1h' })
    .from('keyed')
    .machine('state', {
      by: 'it.id',
      initial: 'new',
      states: { new: { on: [{ if: 'it.delay > 1', to: 'late', give: 'key' }] }, late: {} },
    })
    .from('once')
    .flatMap('letters', 'it.id.split("")')
    .operator('smooth', 'smooth', { config: { factor: 2 } })
    .union('all', ['named', 'smooth', 'row', 'state'])
    .sink('all', 'table', { name: 'all' })
  const written = planOf(`
heddle: 1
pipeline: flights.All
sources:
  flights: { file: a.ndjson, time: it.at, decode: needed }
  codes: { file: b.ndjson }
steps:
  - { id: once, from: flights, dedupe: { by: it.id, memory: 1h } }
  - { id: some, sample: 0.5 }
  - { id: few, sample: { rate: 0.5, by: it.origin } }
  - { id: slow, throttle: { limit: 10, per: 1s } }
  - { id: keyed, keyBy: it.origin }
  - { id: parts, branch: { big: it.delay > 60, small: it.delay < 5 } }
  - { id: airport, enrich: { entity: flights.Airport, key: it.origin, as: airport } }
  - { id: city, lookup: { command: flights.City, with: { code: it.origin }, as: city } }
  - { id: named, map: { id: it.id, city: it.city.name } }
  - { id: met, from: parts.big, join: { with: codes, by: it.origin, withBy: it.code, within: { before: 1h }, kind: left } }
  - { id: code, map: "right.code == null ? left.id : right.code" }
  - { id: counts, from: slow.over, aggregate: { n: count() } }
  - { id: silent, from: parts.small, timer: { after: 10m } }
  - { id: row, pattern: { by: it.origin, sequence: [{ name: one, if: it.delay > 1, times: 3 }], within: 1h } }
  - { id: state, from: keyed, machine: { by: it.id, initial: new, states: { new: { on: [{ if: it.delay > 1, to: late, give: key }] }, late: {} } } }
  - { id: letters, from: once, flatMap: 'it.id.split("")' }
  - { id: smooth, operator: { name: smooth, config: { factor: 2 } } }
  - { id: all, union: [named, smooth, row, state] }
sinks:
  counts: { from: counts, table: { name: counts } }
  all: { table: { name: all } }
`)
  expect(built.plan.steps).toEqual(written.steps)
  expect(built.plan.sinks).toEqual(written.sinks)
  expect(built.plan.sources).toMatchObject(written.sources!)
})

test('the types of sources that are given as code are those that the plan is checked with', () => {
  const built = draft('flights.Late')
    .source('flights', 'file', 'a.ndjson', { type: Flight, time: 'it.at' })
    .filter('late', 'it.delai > 15')
    .sink('late', 'table', { name: 'late' })
  const read = readOrigin(built)
  const { problems } = checkPlan(read.plan, { ...sourcesOf(read.plan, read, {}), sourceKinds, sinkKinds })
  expect(problems.map(({ message, path }) => [path.join('/'), message])).toEqual([
    ['steps/0/filter', 'There is no field "delai"; did you mean delay?'],
  ])
})

test('a job begins with its sources', () => {
  expect(() => draft('a.B').map('one', 'it').source('s', 'file', 'a')).toThrow(/begins with its sources/)
})
