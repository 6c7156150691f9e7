import { command } from '@heddle/core'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Step } from '../plan/plan.ts'
import { formatProblem } from '../plan/problem.ts'
import { parsePlan } from '../text/parse-plan.ts'
import { checkPlan } from './check-plan.ts'

const parseFlight = command('flights.ParseFlight', {
  input: z.object({ line: z.string() }),
  output: z.object({ delay: z.number(), kind: z.enum(['late', 'early']), tags: z.array(z.string()) }),
  run: () => ({ delay: 1, kind: 'late' as const, tags: [] }),
})
const sources = { commands: new Map([[parseFlight.name, parseFlight]]), events: new Map(), pipelines: new Map() }
const file = new URL('../../fixtures/plan/mistakes.yaml', import.meta.url)

/** Every mistake of a text, as the command line prints it. */
function told(text: string): readonly string[] {
  const parsed = parsePlan(text, 'plan.yaml')
  if (!parsed.ok && parsed.value === undefined) return parsed.errors.map(formatProblem)
  const { problems } = checkPlan(parsed.ok ? parsed.plan : parsed.value, sources)
  return parsed.source.locate(problems).map(formatProblem)
}

test('a file with 22 mistakes gives 22 messages, each at its place', () => {
  expect(told(readFileSync(file, 'utf8'))).toEqual([
    'plan.yaml:1:9 "heddle" has a value that is not allowed (expected 1, found 2)',
    'plan.yaml:2:11 "pipeline": Invalid name: expected e.g. flights.Delays (found "delays")',
    'plan.yaml:3:1 There is no field "sumary" here; did you mean summary?',
    'plan.yaml:4:47 There is no type "strng"; did you mean string?',
    'plan.yaml:6:32 "default" has another type (expected number, found "many")',
    'plan.yaml:8:11 There is no parameter "limt"; did you mean limit?',
    expect.stringContaining('plan.yaml:10:23 "retrry" is no policy: a policy is one of'),
    'plan.yaml:12:9 "id": Invalid id: expected e.g. perAirport (found "Parse")',
    expect.stringContaining('plan.yaml:15:21 There is no field "delai"'),
    'plan.yaml:17:19 The expression ends too early',
    'plan.yaml:18:9 There is another step "name" at steps/2: an id stands once in a plan',
    expect.stringContaining('plan.yaml:20:5 The step "nothing" says nothing to do (expected call, map,'),
    'plan.yaml:23:5 A step is of one kind, and this one is a map already (found call)',
    'plan.yaml:25:5 There is no kind of step or field "forEatch"; did you mean forEach?',
    'plan.yaml:27:23 the list: Expected list of anything, found whole number',
    'plan.yaml:27:27 There is no field "concurency" here; did you mean concurrency?',
    'plan.yaml:27:69 There is no command "flights.ParseFlihgt"; did you mean flights.ParseFlight?',
    'plan.yaml:30:5 Policies stand around a command, and a step of the kind map runs none (expected a step that calls)',
    'plan.yaml:34:15 There are no policies "carful"; did you mean careful?',
    expect.stringContaining('plan.yaml:36:11 There is no step "lat" before this one'),
    'plan.yaml:39:57 flights.ParseFlight at line: Expected string, found whole number',
    expect.stringContaining('plan.yaml:41:14 "onError" has a value that is not allowed'),
  ])
})

test('mistakes are JSON, with what was expected and found', () => {
  const steps = [{ id: 'a', call: 'flights.ParseFlight' }] as readonly Step[]
  const { problems } = checkPlan({ heddle: 1, pipeline: 'flights.Delays', input: { line: 'int' }, steps }, sources)
  expect(JSON.parse(JSON.stringify(problems))).toEqual([
    {
      about: 'type',
      path: ['steps', 0, 'call', 'command', 'line'],
      message: 'flights.ParseFlight at line: Expected string, found whole number',
      expected: 'string',
      found: 'whole number',
    },
  ])
})

test('an id that is no text is told, and names nothing in what else is wrong with its step', () => {
  const id = { toString: 'x' }
  for (const source of [undefined, { file: 'flights.ndjson', type: 'unknown' }]) {
    const steps = [{ id }, { id, parse: 'flights.ParseFlight' }]
    const { problems } = checkPlan({ heddle: 1, pipeline: 'flights.Delays', source, steps })
    const messages = problems.map(({ path, message }) => `${path.join('/')} ${message}`)
    expect(messages).toContain('steps/0/id "id" has another type')
    expect(messages).toContain('steps/0 The step says nothing to do')
    expect(messages).toContainEqual(expect.stringContaining('a call is { id: parse, call: flights.ParseFlight }'))
  }
})

test.each([
  ['if', { command: 1 }],
  ['if', null],
  ['from', null],
  ['policies', { careful: true }],
  ['onError', null],
  ['onError', []],
])(
  'a field of all steps that has another type is told, and what else is wrong with the step too: %s %j',
  (field, value) => {
    for (const source of [undefined, { file: 'flights.ndjson', type: { id: 'int' } }]) {
      const steps = [
        { id: 'a', map: 'it.' },
        { id: 'b', [field]: value, map: '1 +' },
      ]
      const { problems } = checkPlan({ heddle: 1, pipeline: 'flights.Delays', source, steps })
      const told = problems.map(({ path }) => path.join('/'))
      expect(told.some((at) => at.startsWith(`steps/1/${field}`))).toBe(true)
      expect(told).toContain('steps/1/map')
    }
  },
)

const head =
  'heddle: 1\npipeline: flights.Delays\ninput: { line: string }\nsteps:\n  - { id: parse, call: flights.ParseFlight }\n'

test.each([
  [
    'a condition that is none',
    '  - { id: a, if: it.delay, map: it }',
    '6:18 the condition: Expected boolean or null, found number',
  ],
  [
    'a case that can never be',
    '  - { id: a, switch: { on: it.kind, cases: { lat: [{ id: b, map: it }] } } }',
    'The case "lat" can never be',
  ],
  [
    'a round that gives something else',
    '  - { id: a, loop: { while: "true", steps: [{ id: b, map: it.delay }] } }',
    'what a round gives for the next one',
  ],
  [
    'a quorum that is too large',
    '  - { id: a, parallel: { wait: { quorum: 3 }, branches: [{ id: b, steps: [{ id: c, map: it }] }] } }',
    'A quorum of 3 cannot be reached',
  ],
  [
    'two branches of one id',
    '  - { id: a, parallel: { branches: [{ id: b, steps: [{ id: c, map: it }] }, { id: b, steps: [{ id: d, map: it }] }] } }',
    'There are two branches "b"',
  ],
  [
    'an average of texts',
    '  - { id: a, parallel: { merge: weightedAverage, branches: [{ id: b, steps: [{ id: c, map: it.kind }] }] } }',
    'what is averaged',
  ],
  ['an event that does not exist', '  - { id: a, emit: flights.Landed }', 'There is no event "flights.Landed"'],
  ['a pipeline that does not exist', '  - { id: a, pipeline: flights.Other }', 'There is no pipeline "flights.Other"'],
  ['a loop without a condition', '  - { id: a, loop: { steps: [{ id: b, map: it }] } }', 'A loop needs while or until'],
  [
    'a wait for two things',
    '  - { id: a, wait: { for: 2s, signal: go } }',
    'A wait needs one of for, until and signal',
  ],
  ['a moment that is none', '  - { id: a, wait: { until: it.delay } }', 'the moment: Expected time, found number'],
  ['a dead letter of no call', '  - { id: a, map: it, onError: deadLetter }', 'A dead letter keeps a call'],
  [
    'a fallback that is not what the command gives',
    '  - { id: a, call: flights.ParseFlight, from: input, fallback: { value: 5 } }',
    'The policy fallback cannot stand here',
  ],
  [
    'a fallback to a command that does not exist',
    '  - { id: a, call: flights.ParseFlight, from: input, fallback: { command: flights.ParseFlihgt } }',
    'There is no command "flights.ParseFlihgt"; did you mean flights.ParseFlight?',
  ],
  ['a step that is no object', '  - 5', 'This is no step'],
  [
    'a value that may be null',
    '  - { id: a, call: { command: flights.ParseFlight, with: { line: "it.tags[0]" } } }',
    'found string or null',
  ],
])('%s is told', (_what, step, message) => {
  expect(told(`${head}${step}\n`)).toEqual([expect.stringContaining(message)])
})

test('what is wrong with the text itself is told with its place', () => {
  const parsed = parsePlan('heddle: 1\nsteps: [\n  { id: a, map: it }\nheddle: 2\n', 'plan.yaml')
  expect(parsed.ok || parsed.errors[0]).toMatchObject({ about: 'text', file: 'plan.yaml', line: 4 })
  const twice = parsePlan('heddle: 1\nheddle: 1\npipeline: a.B\nsteps: [{ id: a, map: it }]\n', 'plan.yaml')
  expect(twice.ok || twice.errors.map(formatProblem)).toEqual(['plan.yaml:2:1 Map keys must be unique'])
})

test('names are not looked up where nothing is known of them', () => {
  const steps = [
    { id: 'a', call: 'other.Command' },
    { id: 'b', map: 'it.anything' },
  ] as readonly Step[]
  expect(checkPlan({ heddle: 1, pipeline: 'a.B', steps }).problems).toEqual([])
})

test('what declares an output is held to it', () => {
  const text = `${head.replace('steps:', 'output: { delay: string }\nsteps:')}`
  expect(told(text)).toEqual([
    expect.stringContaining('What the pipeline gives at delay: Expected string, found number'),
  ])
})

test('the types of every step are known afterwards', () => {
  const steps = [
    { id: 'parse', call: 'flights.ParseFlight' },
    { id: 'late', map: 'it.delay > 15' },
  ] as readonly Step[]
  const { steps: types, input, output, mode } = checkPlan({ heddle: 1, pipeline: 'a.B', steps }, sources)
  expect(input).toEqual({ kind: 'record', fields: { line: { type: { kind: 'string' } } } })
  expect(types.get('late')).toMatchObject({ reads: { kind: 'record' }, gives: { kind: 'boolean' } })
  expect([output, mode]).toEqual([{ kind: 'boolean' }, 'command'])
})

test('a step that cannot stand in a command makes the plan a workflow', () => {
  const steps = [{ id: 'a', when: { if: 'true', then: [{ id: 'b', wait: '2d' }] } }] as unknown as readonly Step[]
  expect(checkPlan({ heddle: 1, pipeline: 'a.B', steps })).toMatchObject({ problems: [], mode: 'workflow' })
})

test('a shape may hold fields with the names that other kinds have for their steps', () => {
  expect(told(`${head}  - { id: a, map: { steps: [it.delay], then: [1] } }\n`)).toEqual([])
})

test('names that every object has are names like others', () => {
  const text = `${head.replace('steps:', 'parameters: { rate: { type: number, default: 1 } }\nenvironments: { test: { constructor: 1 } }\nsteps:')}`
  expect(told(text)).toEqual([expect.stringContaining('There is no parameter "constructor"')])
  expect(told(`${head}  - { id: a, from: constructor, map: it }\n`)).toEqual([
    expect.stringContaining('There is no step'),
  ])
})

test('a text that is too long or too deep is told, and not read', () => {
  expect(told(`${head}# ${'x'.repeat(1_000_000)}`)).toEqual([expect.stringContaining('limit "plan.length"')])
  expect(told(`heddle: ${'['.repeat(200_000)}`)[0]).toContain('nested too deep')
})

test('an expression that YAML cuts at its comma is told as what it is', () => {
  const text = `heddle: 1\npipeline: flights.Cut\nsteps:\n  - { id: a, map: round(it.x, 2) }\n`
  expect(told(text).join('\n')).toContain(
    'There is no kind of step or field "2)": within { … } an expression with a comma stands in quotes',
  )
})

test('settings beside their kind, calls by their id, and what is empty or missing are told as what they are', () => {
  const text = `pipeline: flights.Mixed
steps:
  - parse: flights.ParseFlight
  - id: b
    call: flights.ParseFlight
    with: { line: '"x"' }
  - id: c
    if: it.delay > 1
    then: [{ id: d, map: it }]
  - { id: t, call: flights.ParseFlight, timeout: 5 }
  - { id: e, loop: { while: 'it < 3', steps: [] } }
  - { id: f, wait: 3 days }
  - { id: g, map: now() }
`
  expect(told(text)).toEqual([
    'plan.yaml:1:1 "heddle" is missing (expected 1, found nothing)',
    'plan.yaml:3:5 "id" is missing (expected string, found nothing)',
    'plan.yaml:3:5 There is no kind of step or field "parse": a call is { id: parse, call: flights.ParseFlight }',
    'plan.yaml:6:5 There is no kind of step or field "with": it is a setting of call, and stands within it',
    'plan.yaml:9:5 There is no kind of step or field "then": it is a setting of when, and stands within it',
    expect.stringMatching(/^plan\.yaml:10:\d+ "timeout": expected string, received number$/),
    'plan.yaml:11:46 "steps" is empty (expected at least 1, found a list)',
    'plan.yaml:12:20 "wait": Invalid duration: expected e.g. 250ms, 2s or 7d (found "3 days")',
    'plan.yaml:13:19 There is no function "now": an expression gives the same each time, so a command tells the time',
  ])
})

test('what was written is named, and not the field that it stands for', () => {
  expect(
    told(`${head}  - { id: a, wait: { for: 3 days } }\n  - { id: b, call: 5 }\n  - { id: c, call: [x] }\n`),
  ).toEqual([
    'plan.yaml:6:27 "for": Invalid duration: expected e.g. 250ms, 2s or 7d (found "3 days")',
    'plan.yaml:7:20 "call" has another type (expected string, found 5)',
    'plan.yaml:8:20 "call" has another type (expected string, found a list)',
  ])
  const policies = `policies: { careful: [{ timeout: 5 }, { timeout: {} }, { retry: { attempts: many } }] }\nsteps:`
  expect(told(head.replace('steps:', policies))).toEqual([
    expect.stringContaining('"timeout": expected string, received number'),
    expect.stringContaining('"after"'),
    expect.stringContaining('"attempts"'),
  ])
})

test('a step that comes later, or not at all, is told as a step, and by its likely name', () => {
  const later = '  - { id: x, map: steps.y.delay }\n  - { id: y, map: it }\n'
  expect(told(head.replace(/ {2}- .*\n$/, later))).toEqual(['plan.yaml:5:25 There is no step "y" before this one'])
  expect(told(`${head}  - { id: x, map: steps.pasre.delay }\n`)).toEqual([
    expect.stringContaining('There is no step "pasre" before this one; did you mean parse?'),
  ])
  expect(told(`${head}  - { id: x, map: steps.other.delay }\n`)).toEqual([
    expect.stringContaining('There is no step "other" before this one (expected one of parse)'),
  ])
})

test('a file that is empty, or holds no fields, is told to be no plan', () => {
  const expected = 'expected fields: heddle: 1, pipeline: …, steps: …'
  for (const text of ['', '\n', '# Nothing yet.\n']) {
    expect(told(text)).toEqual([`plan.yaml:1:1 This is no plan (${expected}, found nothing)`])
  }
  expect(told('- { id: a, map: it }\n')).toEqual([`plan.yaml:1:1 This is no plan (${expected}, found a list)`])
  expect(told('flights')).toEqual([`plan.yaml:1:1 This is no plan (${expected}, found "flights")`])
})

test('what YAML cannot read without quotes is told once, and what it would lose is told, too', () => {
  const steps = (step: string) =>
    told(`heddle: 1\npipeline: flights.Quoted\nsteps:\n  - ${step}\n  - { id: z, map: it }\n`)
  const quotes = /stands in quotes as a whole$/
  for (const step of ['{ id: a, map: it.list[0].x }', '{ id: a, map: "x" + it }']) {
    expect(steps(step)).toEqual([expect.stringMatching(quotes)])
  }
  expect(steps('id: a\n    map: it.x ? "a": "b"')).toEqual([expect.stringMatching(quotes)])
  expect(steps('id: a\n    if: !it.ok\n    map: it')).toEqual([
    expect.stringMatching(/^plan\.yaml:5:9 A text does not begin with ! by itself: .*as a whole$/),
  ])
})
