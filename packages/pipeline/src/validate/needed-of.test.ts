import { expect, test } from 'vitest'
import { sinkKinds, sourceKinds } from '../../fixtures/plan/stream-kinds.ts'
import { parsePlan } from '../text/parse-plan.ts'
import { checkPlan } from './check-plan.ts'
import { neededOf } from './needed-of.ts'

const flight =
  '{ id: string, origin: { code: string, city: string }, delay: int, at: dateTime, stops: { type: list, of: { code: string } } }'

/** The fields that each source is read for, as `origin.code`. */
function needed(steps: string, sink = 'sink: { table: out }', time = ', time: it.at') {
  const text = `heddle: 1
pipeline: flights.Delays
sources:
  flights: { file: a.ndjson, type: ${flight}${time} }
  other: { file: b.ndjson, type: ${flight} }
steps:
${steps.replaceAll(/^/gm, '  ')}
  - { id: others, from: other, map: it.id }
  - { id: both, union: [last, others] }
${sink}
`
  const parsed = parsePlan(text)
  if (!parsed.ok) throw new Error(parsed.errors[0]!.message)
  const { job, problems } = checkPlan(parsed.plan, { sourceKinds, sinkKinds })
  expect(problems).toEqual([])
  const told = neededOf(job!)
  expect(told.get('other')).toEqual([['id']])
  const found = told.get('flights')!
  return found === 'all' ? found : found.map((path) => path.join('.'))
}

test.each([
  ['- { id: last, from: flights, filter: it.delay > 15 }', 'all'],
  ['- { id: last, from: flights, map: it.delay }', ['at', 'delay']],
  [
    '- { id: a, from: flights, filter: it.delay > 15 }\n- { id: last, map: it.origin.code }',
    ['at', 'delay', 'origin.code'],
  ],
  ['- { id: a, from: flights, filter: it.origin.code == "ATL" }\n- { id: last, map: it.origin }', ['at', 'origin']],
  [
    '- { id: last, from: flights, window: { tumbling: 1h, by: it.origin.code }, aggregate: { n: count(), mean: avg(it.delay) } }',
    ['at', 'delay', 'origin.code'],
  ],
  ['- { id: last, from: flights, window: { tumbling: 1h }, aggregate: { all: collect(it) } }', 'all'],
  ['- { id: last, from: flights, map: "it.stops.map(x, x.code)" }', ['at', 'stops']],
  ['- { id: last, from: flights, if: it.delay > 1, map: it.id }', 'all'],
  ['- { id: a, from: flights, if: it.delay > 1, flatMap: "[it]" }\n- { id: last, map: it.id }', 'all'],
  [
    '- { id: a, from: flights, branch: { big: it.delay > 1 } }\n- { id: b, from: a.big, map: it.id }\n- { id: c, from: a, map: it.delay }\n- { id: last, union: [b, c] }',
    ['at', 'delay', 'id'],
  ],
  [
    '- { id: a, from: flights, pattern: { by: it.origin.code, sequence: [{ name: x, if: it.delay > 1, times: 3 }, { name: y, if: it.delay > 2 }], within: 1h, give: { ids: "x.map(one, one.id)", city: y.origin.city } } }\n- { id: last, map: it.ids }',
    ['at', 'delay', 'id', 'origin.city', 'origin.code'],
  ],
  [
    '- { id: a, from: flights, pattern: { sequence: [{ name: x, if: it.delay > 1, times: 3 }], within: 1h, give: { n: size(x) } } }\n- { id: last, map: it.n }',
    'all',
  ],
  [
    '- { id: last, from: flights, join: { with: flights, by: it.id, withBy: it.origin.code, within: { after: 1h }, give: left.delay } }',
    ['at', 'delay', 'id', 'origin.code'],
  ],
  ['- { id: last, from: flights, timer: { by: it.id, after: 1h } }', 'all'],
] as const)('%s reads %j', (steps, expected) => {
  expect(needed(steps)).toEqual(expected)
})

test('what a lookup adds is no field of the source, and the rest of the record is read by who stands behind', () => {
  const steps = `- { id: a, from: flights, lookup: { command: t.Find, with: { code: it.origin.code }, as: found } }
- { id: last, map: { n: it.found.name, d: it.delay } }`
  expect(needed(steps)).toEqual(['at', 'delay', 'origin.code'])
})

test('late records of a window are read whole where a sink takes them', () => {
  const steps = '- { id: last, from: flights, window: { tumbling: 1h }, aggregate: { n: count() } }'
  const sinks = 'sinks: { out: { table: out }, late: { from: last.late, table: late } }'
  expect(needed(steps, sinks)).toBe('all')
  expect(needed(steps, undefined, '')).toEqual([])
})
