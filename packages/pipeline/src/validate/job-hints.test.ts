import { expect, test } from 'vitest'
import { sinkKinds, sourceKinds } from '../../fixtures/plan/stream-kinds.ts'
import { planHash } from '../plan/hash.ts'
import { formatProblem } from '../plan/problem.ts'
import { formatPlan } from '../text/format-plan.ts'
import { parsePlan } from '../text/parse-plan.ts'
import { checkPlan } from './check-plan.ts'

const head = 'heddle: 1\npipeline: flights.Delays\n'
const source = 'source: { file: flights.ndjson, type: { delay: int } }\n'
const steps = 'steps:\n  - { id: late, filter: it.delay > 15 }\n'
const sink = 'sink: { table: delays }\n'

/** The mistakes of a plan, or its notes where it has none. */
function told(text: string): readonly string[] {
  const parsed = parsePlan(head + text, 'plan.yaml')
  if (!parsed.ok) return parsed.errors.map(formatProblem)
  const { problems, job } = checkPlan(parsed.plan, { sourceKinds, sinkKinds })
  return parsed.source.locate(problems.length > 0 ? problems : job!.notes).map(formatProblem)
}

test.each([
  [
    'fields of one source under `sources`',
    `sources: { file: flights.ndjson, type: { delay: int } }\n${steps}${sink}`,
    /"sources" holds sources by their names, and "type" is a field of a source .*source: … for a single one/,
  ],
  [
    'one source under `sources`',
    `sources: { file: { path: flights.ndjson } }\n${steps}${sink}`,
    /"file" is a kind of source, and stands here as the name of one .*source: \{ file: … \} for a single one/,
  ],
  [
    'a source with a name under `source`',
    `source: { flights: { file: flights.ndjson } }\n${steps}${sink}`,
    /"flights" is no kind of source, but has one.*sources: \{ flights: … \}/,
  ],
  [
    'several with names under `source`',
    `source: { one: { file: a.ndjson, type: { n: int } }, other: { file: b.ndjson, type: { n: int } } }\n${steps}${sink}`,
    /"source" is a single one, and here are several with names .*sources: …/,
  ],
  [
    'one sink under `sinks`',
    `${source}${steps}sinks: { table: { name: delays } }\n`,
    /"table" is a kind of sink, and stands here as the name of one .*sink: \{ table: … \}/,
  ],
  [
    'a sink without settings under `sinks`',
    `${source}${steps}sinks: { table: {} }\n`,
    /The sink names no kind .*or a single sink under "sink"/,
  ],
  [
    'a sink with a name under `sink`',
    `${source}${steps}sink: { late: { table: { name: delays } } }\n`,
    /"late" is no kind of sink, but has one.*sinks: \{ late: … \}/,
  ],
  [
    'no time between checkpoints',
    `${source}${steps}${sink}checkpoint: 0ms\n`,
    /"checkpoint": Invalid duration: it has to be longer than nothing, e\.g\. 100ms/,
  ],
])('%s: the message says how it is written', (_what, text, message) => {
  expect(told(text)).toContainEqual(expect.stringMatching(message))
})

const missing = /A field that may be missing is not written so .*\("name\?": int\), or \{ type: optional, of: int \}/
test.each([
  ['"int?"', missing],
  ['optional int', missing],
  ['optional(int)', missing],
  ['optional', missing],
  ['{ optional: int }', missing],
  ['{ type: optional }', missing],
  ['{ type: int, optional: true }', missing],
  ['[optional, int]', missing],
  ['int | null', /A value that may be null is not written so .*\{ type: nullable, of: int \}/],
])('the type %s: the message says how it is written', (type, message) => {
  const text = `source: { file: flights.ndjson, type: { delay: int, n: ${type} } }\n${steps}${sink}`
  expect(told(text)).toEqual([expect.stringMatching(message)])
})

test('a type that may be missing, and an object with a field of that name, are written so', () => {
  const types =
    '{ delay: int, "n?": int, m: { type: optional, of: int }, o: { type: object, fields: { optional: int } } }'
  expect(told(`source: { file: flights.ndjson, type: ${types} }\n${steps}${sink}`)).toEqual([])
})

test('a job may have no steps: its sinks take what its source gives', () => {
  const without = parsePlan(`${head}${source}${sink}`)
  const empty = parsePlan(`${head}${source}steps: []\n${sink}`)
  if (!without.ok || !empty.ok) throw new Error('a plan without steps')
  expect(planHash(without.plan)).toBe(planHash(empty.plan))
  expect(parsePlan(formatPlan(without.plan))).toMatchObject({ ok: true, plan: { steps: [] } })
  const { job, problems } = checkPlan(without.plan, { sourceKinds, sinkKinds })
  expect(problems).toEqual([])
  expect([...job!.sinks.values()].map(({ from }) => from)).toEqual([{ of: 'source' }])
  const two = 'sources: { a: { file: a.ndjson, type: { n: int } }, b: { file: b.ndjson, type: { n: int } } }\n'
  expect(told(`${two}${sink}`)).toContainEqual(
    expect.stringMatching(/so the sink says with from which one it takes .*from: a or b/),
  )
  expect(told('steps: []\n')).toEqual([expect.stringMatching(/"steps" is empty/)])
})

test('settings of sources and sinks take a secret of the plan, as where it stands', () => {
  const secrets = 'secrets: { token: { env: BULK_TOKEN } }\n'
  const list = 'source: { list: { values: [{ secret: other }, { n: [{ secret: token }] }] }, type: unknown }\n'
  const parsed = parsePlan(`${head}${secrets}${list}${sink}`)
  if (!parsed.ok) throw new Error('a plan with secrets')
  const { job } = checkPlan(parsed.plan)
  expect(job!.sources.get('source')!.config).toEqual({
    values: [{ secret: 'other' }, { n: [{ env: 'BULK_TOKEN' }] }],
  })
})

test('records that end without a reader are noted, and are no mistake', () => {
  const branch = 'steps:\n  - { id: sort, branch: { big: it.delay > 60, small: it.delay < 5 } }\n'
  expect(told(`${source}${branch}${'sink: { from: sort.big, table: delays }'}\n`)).toEqual([
    expect.stringMatching(/^plan\.yaml:5:5 Nobody reads "sort\.small": what goes there ends there$/),
    expect.stringMatching(/Only sides of "sort" are read: what it hands on itself ends there$/),
  ])
  const all =
    'sinks: { a: { from: sort.big, table: a }, b: { from: sort.small, table: b }, c: { from: sort, table: c } }\n'
  expect(told(`${source}${branch}${all}`)).toEqual([])
})
