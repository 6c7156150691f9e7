import { command } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { sinkKinds, sourceKinds } from '../../fixtures/plan/stream-kinds.ts'
import { typeText } from '../expression/index.ts'
import { formatProblem } from '../plan/problem.ts'
import { pipeline } from '../run/pipeline.ts'
import { parsePlan } from '../text/parse-plan.ts'
import { checkPlan } from './check-plan.ts'

const parseFlight = command('flights.ParseFlight', {
  input: z.object({ line: z.string() }),
  output: z.object({ origin: z.string(), delay: z.int(), flight: z.string() }),
  run: () => ({ origin: 'ATL', delay: 1, flight: 'HD1' }),
})
const airport = z.object({ code: z.string(), city: z.string() })
const sources = {
  commands: new Map([[parseFlight.name, parseFlight]]),
  entities: new Map([['flights.Airport', { schema: airport }]]),
  operators: new Map([['smooth', { output: z.object({ mean: z.number() }), sides: ['odd'] }]]),
  sourceKinds,
  sinkKinds,
}

function checked(text: string) {
  const parsed = parsePlan(text, 'plan.yaml')
  const plan = parsed.ok ? parsed.plan : parsed.value
  const found = checkPlan(plan, sources)
  return { ...found, told: parsed.source.locate(found.problems).map(formatProblem) }
}

const head = `heddle: 1
pipeline: flights.Delays
source: { file: flights.ndjson, type: { flight: string, origin: string, carrier: string, delay: int, at: dateTime, stops: { type: list, of: string } }, time: it.at }
`
/** A job over flights: its steps, and where they go. */
const job = (steps: string, sink = 'sink: { table: delays }') => `${head}steps:\n${steps}\n${sink}\n`

/** What the last step gives. */
function gives(steps: string): string {
  const { told, steps: types } = checked(job(steps))
  expect(told).toEqual([])
  return typeText([...types.values()].at(-1)!.gives)
}

test('a plan with a source is a job, whose steps are a graph of streams', () => {
  const {
    told,
    mode,
    job: graph,
  } = checked(`heddle: 1
pipeline: flights.Delays
parameters: { limit: { type: int, default: 15 } }
source: { file: { path: flights.ndjson }, type: { line: string }, disorder: 20m, idle: 1m, decode: needed }
steps:
  - { id: parse, call: { command: flights.ParseFlight, concurrency: 4, ordered: false }, retry: { attempts: 3 }, onError: deadLetter }
  - { id: late, filter: it.delay > parameters.limit }
  - id: perAirport
    window: { tumbling: 1d, by: it.origin, lateness: 1h }
    aggregate: { flights: count(), mean: avg(it.delay) }
  - { id: all, from: parse, aggregate: { flights: count() } }
sinks:
  delays: { from: perAirport, table: { name: delays } }
  late: { from: perAirport.late, file: late.ndjson }
  total: { table: total }
checkpoint: 1s
errors: { budget: 100, per: 1m }
`)
  expect(told).toEqual([])
  expect(mode).toBe('job')
  const steps = [...graph!.steps.values()]
  expect(steps.map(({ id, inputs, emits }) => [id, inputs, emits])).toEqual([
    ['parse', [{ of: 'source' }], 'append'],
    ['late', [{ of: 'parse' }], 'append'],
    ['perAirport', [{ of: 'late' }], 'changes'],
    ['all', [{ of: 'parse' }], 'changes'],
  ])
  expect(steps.map((step) => typeText(step.gives))).toEqual([
    '{ origin: string, delay: whole number, flight: string }',
    '{ origin: string, delay: whole number, flight: string }',
    '{ origin: string, start: time, end: time, flights: whole number, mean: number }',
    '{ flights: whole number }',
  ])
  const sinks = [...graph!.sinks.values()]
  expect(sinks.map(({ name, kind, config, from, flow, keys }) => ({ name, kind, config, from, flow, keys }))).toEqual([
    {
      name: 'delays',
      kind: 'table',
      config: { name: 'delays' },
      from: { of: 'perAirport' },
      flow: 'changes',
      keys: ['origin', 'start'],
    },
    {
      name: 'late',
      kind: 'file',
      config: { path: 'late.ndjson' },
      from: { of: 'perAirport', side: 'late' },
      flow: 'append',
    },
    { name: 'total', kind: 'table', config: { name: 'total' }, from: { of: 'all' }, flow: 'changes', keys: [] },
  ])
  expect(graph!.sources.get('source')).toMatchObject({
    kind: 'file',
    config: { path: 'flights.ndjson', follow: false },
  })
})

test.each([
  ['- { id: a, flatMap: it.stops }', 'string'],
  [
    '- { id: a, flatMap: { list: it.stops, as: stop, give: { stop: stop, of: it.flight } } }',
    '{ stop: string, of: string }',
  ],
  ['- { id: a, keyBy: it.origin }\n- { id: b, aggregate: { n: count() } }', '{ origin: string, n: whole number }'],
  [
    '- { id: a, keyBy: { to: it.origin, by: it.carrier } }\n- { id: b, aggregate: { n: count(it.delay > 1) } }',
    '{ by: string, to: string, n: whole number }',
  ],
  ['- { id: a, keyBy: lower(it.origin) }\n- { id: b, map: { k: key, t: time } }', '{ k: string, t: time }'],
  [
    '- { id: a, window: { session: 30m, by: lower(it.origin) }, aggregate: { last: last(it.flight) } }',
    '{ key: string, start: time, end: time, last: string }',
  ],
  [
    '- { id: a, window: { count: 100, every: 10 }, aggregate: { worst: "topBy(it.flight, 3, it.delay)" } }',
    '{ worst: list of string }',
  ],
  [
    '- { id: a, window: { hopping: { size: 1h, every: 10m } }, aggregate: { rate: sum(it.delay) / count() } }',
    '{ start: time, end: time, rate: number or null }',
  ],
  [
    '- { id: a, enrich: { entity: flights.Airport, key: it.origin, as: airport } }\n- { id: b, map: it.airport.city }',
    'string or null',
  ],
  [
    '- { id: a, lookup: { command: flights.ParseFlight, with: { line: it.flight }, as: parsed } }\n- { id: b, map: it.parsed.delay }',
    'whole number',
  ],
  ['- { id: a, dedupe: { by: it.flight, memory: 1h } }\n- { id: b, map: it.flight }', 'string'],
  [
    '- { id: a, pattern: { by: it.origin, sequence: [{ name: late, if: it.delay > 60, times: 3 }, { not: it.delay < 0 }, { name: end, if: it.delay > 90, optional: true }], within: 6h, give: { origin: key, n: size(late), end: end.delay } } }',
    '{ origin: string, n: whole number, end: whole number or null }',
  ],
  [
    '- { id: a, timer: { by: it.origin, after: 10m, give: { origin: key, last: it.at } } }',
    '{ origin: string, last: time }',
  ],
  [
    '- { id: a, branch: { big: it.delay > 60 } }\n- { id: b, from: a.big, map: it.delay }\n- { id: c, from: a, map: it.flight }\n- { id: d, union: [b, c] }',
    'whole number or string',
  ],
  [
    '- { id: a, filter: it.delay > 0 }\n- { id: b, from: source, join: { with: a, by: it.flight, within: { after: 1h }, kind: left, give: { here: left.delay, there: right.delay } } }',
    '{ here: whole number, there: whole number or null }',
  ],
  [
    '- { id: a, machine: { by: it.flight, initial: new, states: { new: { on: [{ if: it.delay > 0, to: late, give: { flight: key, was: state } }] }, late: {} } } }',
    '{ flight: string, was: "new" or "late" }',
  ],
  ['- { id: a, operator: { name: smooth } }', '{ mean: number }'],
  [
    '- { id: a, sample: 0.1 }\n- { id: b, throttle: { limit: 10, per: 1s } }\n- { id: c, from: b.over, map: it.flight }\n- { id: d, union: [b, c] }\n- { id: e, map: "1" }',
    'whole number',
  ],
  [
    '- { id: a, if: it.delay > 0, map: it.delay }',
    'whole number or { flight: string, origin: string, carrier: string, delay: whole number, at: time, stops: list of string }',
  ],
])('finds the type of what %s gives', (steps, expected) => {
  expect(gives(steps.replaceAll(/^/gm, '  '))).toBe(expected)
})

test.each([
  [
    '- { id: a, window: { tumbling: 1d }, aggregate: { mean: avg(it.delai) } }',
    'plan.yaml:5:66 There is no field "delai"; did you mean delay?',
  ],
  [
    '- { id: a, window: { tumbling: 1d, lenght: 1h }, aggregate: { n: count() } }',
    'plan.yaml:5:38 There is no field "lenght" here',
  ],
  ['- { id: a, window: { tumbling: 1d } }', 'plan.yaml:5:5 "aggregate" is missing'],
  [
    '- { id: a, window: { tumbling: 1d, session: 1m }, aggregate: { n: count() } }',
    'plan.yaml:5:47 "session": A window is one of',
  ],
  [
    '- { id: a, window: { tumbling: 1d, by: it.at }, aggregate: { n: count() } }',
    'plan.yaml:5:42 what records are grouped by: Expected',
  ],
  [
    '- { id: a, window: { tumbling: 1d, by: { start: it.origin } }, aggregate: { n: count() } }',
    'A window has a start of its own',
  ],
  [
    '- { id: a, window: { tumbling: 1d, by: it.origin }, aggregate: { origin: count() } }',
    'There is a field "origin" of the group already',
  ],
  [
    '- { id: a, window: { tumbling: 1d }, aggregate: { n: cuont() } }',
    'There is no aggregate or function "cuont"; did you mean count?',
  ],
  [
    '- { id: a, window: { tumbling: 1d }, aggregate: { n: it.delay } }',
    'There are many records here, so "it" stands in an aggregate',
  ],
  [
    '- { id: a, aggregate: { n: count() } }\n- { id: b, window: { session: 1h }, aggregate: { n: count() } }',
    'plan.yaml:6:14 window cannot take back records, and the step "a" withdraws results because it tells running aggregates',
  ],
  [
    '- { id: a, window: { tumbling: 1d, lateness: 1h }, aggregate: { n: count() } }\n- { id: b, dedupe: { by: it.n, memory: 1h } }',
    'plan.yaml:6:14 dedupe cannot take back records, and the step "a" withdraws results because it has lateness',
  ],
  ['- { id: a, map: steps.b.x }', 'plan.yaml:5:19 There is no "steps" in a job: records are not kept for later steps'],
  ['- { id: a, map: { x: input.y } }', 'plan.yaml:5:24 There is no "input" in a job'],
  ['- { id: a, map: vars.x + 1 }', 'There is no "vars" in a job'],
  [
    '- { id: a, call: { command: flights.ParseFlight, with: { line: secrets.key } } }',
    'There is no "secrets" in a job',
  ],
  ['- { id: a, wait: 2d }', 'plan.yaml:5:14 The kind wait cannot stand in a job: timer tells of silence'],
  [
    '- { id: a, switch: { on: it.origin, cases: { ATL: [{ id: b, map: it }] } } }',
    'The kind switch cannot stand in a job: branch parts a stream',
  ],
  ['- { id: a, if: it.delay > 1, filter: it.delay > 2 }', 'A filter takes every record that it reads'],
  ['- { id: a, from: [source, b], filter: it.delay > 2 }', 'A step of a job reads one stream'],
  ['- { id: a, from: sorce, filter: it.delay > 2 }', 'There is no step or source "sorce" before this one'],
  ['- { id: a, from: b, map: it.delay }\n- { id: b, map: it.delay }', 'The step "b" stands behind this one'],
  ['- { id: a, branch: { big: it.delay > 2 } }\n- { id: b, from: a.bg, map: "1" }', '"a" has no side "bg"'],
  [
    '- { id: a, map: it.delay }\n- { id: b, from: source, map: it.delay }',
    'plan.yaml:5:5 Nobody reads what the step "a" gives',
  ],
  ['- { id: source, map: it.delay }', 'There is a source "source" already'],
  ['- { id: a, union: [source, b] }', 'There is no step or source "b" before this one'],
  [
    '- { id: a, enrich: { entity: flights.Airprt, key: it.origin, as: airport } }',
    'There is no entity "flights.Airprt"; did you mean flights.Airport?',
  ],
  ['- { id: a, operator: smoth }', 'There is no operator "smoth"; did you mean smooth?'],
  [
    '- { id: a, machine: { by: it.flight, initial: nu, states: { new: { on: [{ if: "true", to: new, give: it }] } } } }',
    'There is no state "nu"',
  ],
  ['- { id: a, join: { with: source, by: it.flight } }', 'A join needs one of window, within and temporal'],
  [
    '- { id: a, map: it.at }\n- { id: b, enrich: { entity: flights.Airport, key: "\'x\'", as: airport } }',
    'Only a record gets a field',
  ],
  ['- { id: a, map: it.delay, retry: { attempts: 2 } }', 'Policies stand around a command'],
  ['- { id: a, map: it.delay, onError: { use: "0" } }', 'A map may have given records before it failed'],
])('tells what is wrong with %s', (steps, message) => {
  const { told } = checked(job(steps.replaceAll(/^/gm, '  ')))
  expect(told.join('\n')).toContain(message)
})

test.each([
  ['source: { flie: a, type: unknown }', 'There is no kind of source "flie"; did you mean file?'],
  ['source: { file: { paht: a }, type: unknown }', 'There is no field "paht" here; did you mean path?'],
  ['source: { type: unknown }', 'The source names no kind'],
  [
    'source: { file: a, changes: { entity: b }, type: unknown }',
    'A source is of one kind, and this one is a file already',
  ],
  ['source: { file: a }', 'What the source "source" gives is not known'],
  ['source: { file: a, type: { n: strng } }', 'There is no type "strng"; did you mean string?'],
  ['source: { file: a, type: { n: time } }', 'There is no type "time"; did you mean dateTime?'],
  ['source: { file: a, type: { n: string }, time: it.n }', 'the time of a record: Expected'],
  ['source: { file: a, type: unknown, disorder: soon }', '"disorder": Invalid duration'],
  [
    'sources: { a: { file: a, type: unknown }, b: { file: b, type: unknown } }',
    'There are several sources, so the first step says with from',
  ],
  [
    'source: { file: a, type: unknown }\nsources: { b: { file: b, type: unknown } }',
    'A plan has one source, or sources with names',
  ],
  ['source: { file: a, type: unknown }\ninput: string', 'A job has no "input"'],
  ['input: string', 'Only a job has "sink", and a plan without a source is none'],
])('tells what is wrong with %s', (source, message) => {
  const text = `heddle: 1\npipeline: flights.Delays\n${source}\nsteps:\n  - { id: a, map: it }\nsink: { table: a }\n`
  const { told } = checked(text)
  const parsed = parsePlan(text)
  const shape = parsed.ok ? [] : parsed.errors.map(formatProblem)
  expect([...told, ...shape].join('\n')).toContain(message)
})

test('a sink that only grows takes nothing that is withdrawn', () => {
  const { told } = checked(job('  - { id: a, aggregate: { n: count() } }', 'sink: { file: out.ndjson }'))
  expect(told).toEqual([
    'plan.yaml:6:9 A file cannot take back records, and the step "a" withdraws results because it tells running aggregates, and takes back the one before (expected append, found changes)',
  ])
})

test('windows read a source of changes where all that they keep can do without a record again', () => {
  const over = (aggregate: string) =>
    checked(`heddle: 1
pipeline: shop.Totals
source: { changes: { entity: shop.Order } }
steps:
  - { id: all, window: { tumbling: 1h }, aggregate: { n: ${aggregate} } }
sink: { table: totals }
`).told
  expect(over('sum(it.cents) / count()')).toEqual([])
  expect(over('max(it.cents)')).toEqual([])
  expect(over('approxDistinct(it.cents)')).toEqual([expect.stringContaining('the source "source" withdraws records')])
})

test('a kind of jobs in a plan without a source says what is missing', () => {
  const { told, mode } = checked('heddle: 1\npipeline: a.B\nsteps: [{ id: a, keyBy: it.x }]\n')
  expect(mode).toBe('command')
  expect(told).toEqual(['plan.yaml:3:18 The kind keyBy makes a job, and a plan without a source is none'])
})

test('settings that only jobs have are refused elsewhere', () => {
  const { told } = checked(
    'heddle: 1\npipeline: a.B\nsteps: [{ id: a, call: { command: flights.ParseFlight, concurrency: 3 } }]\n',
  )
  expect(told).toEqual([expect.stringContaining('plan.yaml:3:56 Only a step of a job has concurrency')])
})

test('a job is no command, and what declares it is named', () => {
  const text = job('  - { id: a, map: it.delay }')
  const parsed = parsePlan(text)
  if (!parsed.ok) throw new Error(text)
  expect(() => pipeline(parsed.plan)).toThrow(
    'source A plan with a source makes a job, which job() declares, and cannot run as a command',
  )
})

test('a dash without a step behind the last one is told at its place, and nothing else is', () => {
  for (const steps of ['  - { id: late, filter: it.delay > 15 }\n  -', '  -']) {
    const { told } = checked(job(steps))
    expect(told).toEqual([expect.stringMatching(/^plan\.yaml:\d:\d+ This is no step/)])
  }
})

test('each step of a job may make a dead letter of what it fails with', () => {
  const { told } = checked(
    job('  - { id: a, operator: smooth, onError: deadLetter }\n  - { id: b, map: it.mean, onError: drop }'),
  )
  expect(told).toEqual([])
})
