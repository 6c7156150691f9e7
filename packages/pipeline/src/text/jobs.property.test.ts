import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Document } from 'yaml'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { stepKinds } from '../kinds/kinds.ts'
import { exampleOf, kindOf } from '../kinds/kind-of.ts'
import { diffPlans } from '../diff/diff-plans.ts'
import { formatDiff } from '../diff/format-diff.ts'
import { mergePlans } from '../merge/merge-plans.ts'
import { planHash } from '../plan/hash.ts'
import type { Plan, Step } from '../plan/plan.ts'
import { checkPlan } from '../validate/check-plan.ts'
import { formatPlan } from './format-plan.ts'
import { parsePlan } from './parse-plan.ts'
import { planSchema } from './plan-schema.ts'

const bodies = [...stepKinds.values()]
  .filter(({ modes }) => modes.includes('job'))
  .flatMap((kind) => kind.examples.map((example) => exampleOf(kind, example)))

const ways = fc.constantFrom({ file: 'a.ndjson' }, { topic: { name: 'a', from: 'newest' } }, { stdin: {} })
const source = fc.record(
  {
    way: ways,
    type: fc.constantFrom('unknown', { n: 'int', at: 'dateTime' }),
    time: fc.constant('it.at'),
    disorder: fc.constantFrom('0s', '20m'),
    decode: fc.constantFrom('strict', 'needed'),
  },
  { requiredKeys: ['way'] },
)

/** Jobs of any shape that a text can have; what they read is not checked here. */
const jobs: fc.Arbitrary<Plan> = fc
  .record({
    source: source.map(({ way, ...rest }) => ({ ...way, ...rest })),
    isNamed: fc.boolean(),
    steps: fc.array(fc.constantFrom(...bodies), { minLength: 1, maxLength: 6 }),
    sink: ways,
    checkpoint: fc.option(fc.constantFrom('20ms', '1s'), { nil: undefined }),
  })
  .map(({ source: one, isNamed, steps, sink, checkpoint }) => ({
    heddle: 1,
    pipeline: 'demo.Job',
    ...(isNamed ? { sources: { numbers: one } } : { source: one }),
    steps: steps.map((body, index) => ({ id: `s${index}`, ...body }) as Step),
    ...(isNamed ? { sinks: { all: { from: 's0', ...sink } } } : { sink }),
    ...(checkpoint !== undefined && { checkpoint }),
    errors: { budget: 10, per: '1m' },
  })) as fc.Arbitrary<Plan>

const accepts = new Ajv2020({ strict: false }).compile(planSchema())

test('300 random jobs: text → plan → text is the same text, and the schema takes each', () => {
  fc.assert(
    fc.property(jobs, (plan) => {
      const text = `# A job.\n${new Document(plan).toString({ lineWidth: 0 })}`
      const parsed = parsePlan(text)
      if (!parsed.ok) throw new Error(parsed.errors.map(({ message }) => message).join('\n'))
      expect(parsed.plan).toEqual(plan)
      expect(formatPlan(structuredClone(parsed.plan), parsed.source)).toBe(text)
      expect(accepts(plan) || accepts.errors).toBe(true)
      expect(checkPlan(plan).mode).toBe('job')
    }),
    { numRuns: 300 },
  )
})

/** The same with the fields of every record in another order. */
function turned<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(turned) as Value
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).map(([name, part]) => [name, turned(part)] as const)
  return Object.fromEntries(fields.toReversed()) as Value
}

test('the order of fields does not count in the hash of a job, also of those beside a kind', () => {
  fc.assert(
    fc.property(jobs, (plan) => {
      expect(planHash(turned(plan))).toBe(planHash(plan))
      expect(diffPlans(plan, turned(plan))).toEqual([])
    }),
    { numRuns: 100 },
  )
})

const windowed = (more: object = {}, steps: readonly Step[] = []): Plan => ({
  heddle: 1,
  pipeline: 'demo.Job',
  source: { file: 'a.ndjson', type: 'unknown' },
  steps: [...steps, { id: 'all', window: { tumbling: '1h' }, aggregate: { n: 'count()' }, ...more }],
  sink: { table: 'all' },
})

test('a field beside a kind belongs to it in hashes, diffs and merges', () => {
  const [base, ours] = [windowed(), windowed({ aggregate: { n: 'count()', mean: 'avg(it.n)' } })]
  const theirs = windowed({ window: { tumbling: '2h' } })
  expect(new Set([base, ours, theirs].map(planHash)).size).toBe(3)
  expect(formatDiff(diffPlans(base, ours))).toEqual(['~ all  aggregate/mean: (nothing) → "avg(it.n)"'])
  const merged = mergePlans(base, ours, theirs)
  expect(merged.conflicts).toEqual([])
  expect(merged.plan).toEqual(windowed({ window: { tumbling: '2h' }, aggregate: { n: 'count()', mean: 'avg(it.n)' } }))
})

test('one of the fields alone is a kind of its own', () => {
  expect(kindOf({ id: 'a', aggregate: { n: 'count()' } })).toBe('aggregate')
  expect(kindOf({ id: 'a', window: { tumbling: '1h' }, aggregate: { n: 'count()' } })).toBe('window')
  expect(kindOf({ id: 'a', aggregate: { n: 'count()' }, window: { tumbling: '1h' } })).toBe('window')
  expect(kindOf({ id: 'a', aggregate: { n: 'count()' }, map: 'it' })).toBeUndefined()
})

test('a change of a source or a sink is a change of the plan', () => {
  const changed: Plan = { ...windowed(), source: { file: 'b.ndjson', type: 'unknown' }, checkpoint: '20ms' }
  expect(formatDiff(diffPlans(windowed(), changed))).toEqual([
    '~ the plan  source/file: "a.ndjson" → "b.ndjson"',
    '~ the plan  checkpoint: (nothing) → "20ms"',
  ])
})

test('one source with a name that says nothing is the same as one without', () => {
  const { source: one, sink, ...rest } = windowed()
  expect(planHash({ ...rest, sources: { source: one! }, sinks: { sink: sink! } })).toBe(planHash(windowed()))
  expect(planHash({ ...rest, sources: { numbers: one! }, sinks: { sink: sink! } })).not.toBe(planHash(windowed()))
})

test.each([
  ['a window without aggregates', { id: 'a', window: { tumbling: '1h' } }],
  ['aggregates beside another kind', { id: 'a', map: 'it', aggregate: { n: 'count()' } }],
  ['aggregates that are none', { id: 'a', window: { tumbling: '1h' }, aggregate: 'count()' }],
])('the schema refuses %s', (_what, step) => {
  expect(accepts({ ...windowed(), steps: [step] })).toBe(false)
  expect(parsePlan(JSON.stringify({ ...windowed(), steps: [step] })).ok).toBe(false)
})
