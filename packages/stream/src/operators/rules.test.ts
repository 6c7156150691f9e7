import type { Json } from '@heddle/core'
import { exampleOf, readStep, type Step, stepKinds } from '@heddle/pipeline'
import { expect, test } from 'vitest'
import { makeStep } from '../../fixtures/make-step.ts'
import { operator } from '../operator/operator.ts'
import { jobExecutors } from './executors.ts'

const smooth = { create: () => operator({ kind: 'smooth', onRecord: () => undefined }) }
const window = (settings: Json): Omit<Step, 'id'> => ({ window: settings, aggregate: { n: 'count()' } })

const bodies: readonly Omit<Step, 'id'>[] = [
  ...[...stepKinds.values()]
    .filter(({ name, modes }) => modes.includes('job') && Object.hasOwn(jobExecutors, name) && name !== 'operator')
    .flatMap((kind) => kind.examples.map((example) => exampleOf(kind, example))),
  window({ tumbling: '1h' }),
  window({ tumbling: '1h', trigger: { count: 10 } }),
  window({ tumbling: '1h', lateness: '1h', revisions: false }),
  window({ hopping: { size: '1h', every: '10m' }, lateness: '0s' }),
  window({ sliding: '1h' }),
  window({ session: '1h', lateness: '1h' }),
  window({ count: 10, every: 5 }),
  window({ global: true, trigger: { count: 10 } }),
  window({ global: true, trigger: { every: '10s' }, revisions: false }),
  { join: { with: 'other', by: 'it.id', window: { tumbling: '1h' }, kind: 'full' } },
  { join: { with: 'other', by: 'it.id', temporal: true } },
]

test.each(bodies)('what the plan is told of %j is what its operator does', (body) => {
  const step = { id: 'step', ...body } as Step
  const { kind, config } = readStep(step)!
  const rule = kind.job!
  const made = makeStep(body, { operators: { smooth } })
  const told = { sides: [...(rule.sides?.(config) ?? [])].toSorted(), emits: rule.emits?.(config) ?? 'same' }
  // Over a stream that only grows, both say the same.
  const flow = (emits: string) => (emits === 'same' ? 'append' : emits)
  expect({ sides: [...(made.sides ?? [])].toSorted(), emits: flow(made.emits ?? 'same') }).toEqual({
    ...told,
    emits: flow(told.emits),
  })
  const inputs = rule.readsOnlyNamed ? 1 : 1 + (rule.reads?.(config).length ?? 0)
  if (!rule.readsOnlyNamed) expect(made.inputs ?? 1).toBe(inputs)
  // A plan may ask for more than its operator does, and never for less.
  for (let input = 0; input < inputs; input++) {
    if (rule.accepts?.(config, input) === 'changes') expect(made.accepts).toBe('changes')
  }
})
