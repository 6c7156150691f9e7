import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Plan } from '../plan/plan.ts'
import { checkPlan } from '../validate/check-plan.ts'
import { drawSvg } from './draw-svg.ts'
import { drawText } from './draw-text.ts'
import { explainStreams } from './explain-streams.ts'
import { planGraph } from './plan-graph.ts'

const job = parse(`
heddle: 1
pipeline: flights.Delays
sources:
  flights: { file: { path: flights.ndjson }, type: unknown, time: it.at, disorder: 20m }
  weather: { topic: weather, type: unknown }
steps:
  - { id: parse, from: flights, call: flights.ParseFlight, retry: { attempts: 3 }, onError: deadLetter }
  - { id: near, join: { with: weather, by: it.origin, within: { before: 1h } } }
  - id: perAirport
    window: { tumbling: 1d, by: it.left.origin, lateness: 1h }
    aggregate: { flights: count(), mean: avg(it.left.delay) }
  - { id: rest, from: perAirport.late, map: it.id }
  - { id: all, union: [perAirport, rest] }
sinks:
  all: { table: { name: delays } }
  late: { from: perAirport.late, file: late.ndjson }
`) as Plan

test('a job is drawn as its sources, its steps and its sinks', () => {
  expect(drawText(job)).toEqual([
    '├ flights     file flights.ndjson  (time it.at; disorder 20m)',
    '├ weather     topic weather',
    '├ parse       call flights.ParseFlight  (from flights; retry; on error deadLetter)',
    '├ near        join with weather by origin',
    '├ perAirport  window tumbling 1d by origin: flights, mean',
    '├ rest        map it.id  (from perAirport.late)',
    '├ all         union perAirport, rest',
    '├ all         table delays',
    '└ late        file late.ndjson  (from perAirport.late)',
  ])
})

test('the graph of a job has an edge for each stream, and names side outputs', () => {
  const { nodes, edges } = planGraph(job)
  expect(nodes.map(({ id, kind, role }) => [id, kind, role ?? 'step'].join(' '))).toEqual([
    'flights file source',
    'weather topic source',
    'parse call step',
    'near join step',
    'perAirport window step',
    'rest map step',
    'all union step',
    'sinks.all table sink',
    'sinks.late file sink',
  ])
  expect(edges.map(({ from, to, label }) => [from, '→', to, label ?? ''].join(' ').trim())).toEqual([
    'flights → parse',
    'parse → near',
    'weather → near',
    'near → perAirport',
    'perAirport → rest late',
    'perAirport → all',
    'rest → all',
    'all → sinks.all',
    'perAirport → sinks.late late',
  ])
})

test('a job of one source and one sink begins and ends in them', async () => {
  const small = parse(`
heddle: 1
pipeline: flights.Late
source: { file: a.ndjson, type: unknown }
steps: [{ id: late, filter: it.delay > 15 }]
sink: { table: late }
`) as Plan
  expect(planGraph(small).edges).toEqual([
    { from: 'source', to: 'late', reads: false },
    { from: 'late', to: 'sink', reads: false },
  ])
  const svg = await drawSvg(small)
  expect(svg).toContain('<g class="input">')
  expect(svg).toContain('file a.ndjson')
  expect(svg).toContain('<g class="output">')
})

test('what a job is read for and hands on is told a line each', () => {
  expect(explainStreams(checkPlan(job).job!)).toEqual([
    'source flights: read for whole records',
    'source weather: read for whole records',
    'parse: reads flights',
    'near: reads parse and weather; key origin; sides late',
    'perAirport: reads near; key origin; withdraws what it told before; sides late',
    'rest: reads perAirport.late; key origin',
    'all: reads perAirport and rest; key origin; withdraws what it told before',
    'sink all: takes all, also what is withdrawn',
    'sink late: takes perAirport.late',
  ])
})
