import { command, error } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { addOne, joinBranches, refuse, waitFor } from '../../fixtures/plan/commands.ts'
import { runPlan, valueOf } from '../../fixtures/plan/run-plan.ts'
import type { Step } from '../plan/plan.ts'

const commands = [addOne, refuse, waitFor, joinBranches]
const value = (steps: readonly Step[], input: unknown = 1) => valueOf(steps, input, { commands })

test('a step reads what the step before gave', async () => {
  const steps = [
    { id: 'a', call: 'demo.AddOne' },
    { id: 'b', map: 'it * 10' },
  ]
  expect(await value(steps, 1)).toBe(20)
})

test('a call is given what with makes', async () => {
  expect(await value([{ id: 'a', call: { command: 'demo.AddOne', with: 'it.n' } }], { n: 4 })).toBe(5)
})

test('a step reads the steps that from names, one, a list of them, or named', async () => {
  const before = [
    { id: 'a', map: 'it + 1' },
    { id: 'b', map: 'it + 1' },
  ]
  expect(await value([...before, { id: 'c', from: 'a', map: 'it' }], 1)).toBe(2)
  expect(await value([...before, { id: 'c', from: ['b', 'a', 'input'], map: 'it' }], 1)).toEqual([3, 2, 1])
  expect(await value([...before, { id: 'c', from: { x: 'a', y: 'b' }, map: 'it.x * 10 + it.y' }], 1)).toBe(23)
  expect(await value([...before, { id: 'c', map: 'steps.a + it' }], 1)).toBe(5)
})

test('a step whose condition is not true is left out, and what it reads passes through', async () => {
  const steps = [{ id: 'a', if: 'it > 1', map: 'it * 100' }]
  expect(await value(steps, 1)).toBe(1)
  expect(await value(steps, 2)).toBe(200)
  expect(await value([{ id: 'a', if: 'null', map: '5' }], 2)).toBe(2)
})

test('set names values for the steps behind, until its list of steps ends', async () => {
  const steps = [
    { id: 'a', set: { n: 'it + 1' } },
    { id: 'b', when: { if: 'true', then: [{ id: 'c', set: { n: '100' } }] } },
    { id: 'd', map: '[it, vars.n]' },
  ]
  expect(await value(steps, 1)).toEqual([1, 2])
})

test('when takes one of two ways', async () => {
  const steps = [
    { id: 'a', when: { if: 'it > 1', then: [{ id: 'b', map: '"more"' }], else: [{ id: 'c', map: '"less"' }] } },
  ]
  expect([await value(steps, 2), await value(steps, 1)]).toEqual(['more', 'less'])
})

test('switch takes the way that a value names, else the default, else none', async () => {
  const cases = { '1': [{ id: 'one', map: '"one"' }], '2': [{ id: 'two', map: '"two"' }] }
  const steps = (more: object) => [{ id: 'a', switch: { on: 'it', cases, ...more } }] as unknown as Step[]
  expect(await value(steps({}), 2)).toBe('two')
  expect(await value(steps({}), 3)).toBe(3)
  expect(await value(steps({ default: [{ id: 'other', map: '"other"' }] }), 3)).toBe('other')
})

test('forEach gives what its steps gave, in the order of the list, whichever ended first', async () => {
  const steps = [
    {
      id: 'all',
      forEach: {
        concurrency: 3,
        steps: [{ id: 'one', call: { command: 'demo.WaitFor', with: { ms: 'it', value: '[it, index]' } } }],
      },
    },
  ]
  expect(await value(steps, [3000, 1000, 2000])).toEqual([
    [3000, 0],
    [1000, 1],
    [2000, 2],
  ])
})

test('after an item of a forEach failed no other begins', async () => {
  const steps = [{ id: 'all', forEach: { steps: [{ id: 'one', call: 'demo.Refuse' }] } }]
  const { outcome } = await runPlan({ steps, input: { type: 'list', of: 'number' } }, [1, -2, -3], { commands })
  expect(outcome.ok || outcome.errors).toMatchObject([{ code: 'Negative', data: { number: -2 }, via: ['demo.Refuse'] }])
})

test('a loop goes on while a condition is true, or until one is', async () => {
  const steps = [{ id: 'double', map: 'it * 2' }]
  expect(await value([{ id: 'a', loop: { while: 'it < 100', steps } }], 1)).toBe(128)
  expect(await value([{ id: 'a', loop: { while: 'it < 100', steps } }], 200)).toBe(200)
  expect(await value([{ id: 'a', loop: { until: 'index == 3', steps } }], 1)).toBe(16)
})

test('a loop that does not end fails with its limit', async () => {
  const steps = [{ id: 'again', loop: { while: 'true', limit: 5, steps: [{ id: 'same', map: 'it' }] } }]
  const { outcome } = await runPlan({ steps }, 1)
  expect(outcome.ok || outcome.errors).toMatchObject([
    { code: 'LimitReached', data: { name: 'again.limit', limit: 5 } },
  ])
})

test('try catches a failure and hands it to its other steps', async () => {
  const steps = [
    {
      id: 'a',
      try: {
        steps: [{ id: 'b', call: 'demo.Refuse' }],
        catch: [{ id: 'c', map: { code: 'error.code', was: 'it', told: 'error.data.number' } }],
      },
    },
  ]
  expect(await value(steps, 2)).toBe(2)
  expect(await value(steps, -2)).toEqual({ code: 'Negative', was: -2, told: -2 })
})

test('try lets a failure through whose code it does not name', async () => {
  const steps = [
    { id: 'a', try: { steps: [{ id: 'b', call: 'demo.Refuse' }], catch: [{ id: 'c', map: '0' }], codes: ['Other'] } },
  ]
  const { outcome } = await runPlan({ steps, input: 'number' }, -1, { commands })
  expect(outcome.ok || outcome.errors).toMatchObject([{ code: 'Negative' }])
})

test.each([
  ['fail', undefined, 'Negative'],
  ['drop', null, undefined],
  ['deadLetter', null, undefined],
  [{ use: 'it * -1' }, 7, undefined],
] as const)('a failure of a step with onError %j ends as it says', async (onError, expected, code) => {
  const steps = [
    { id: 'a', call: 'demo.Refuse', onError },
    { id: 'b', map: 'it' },
  ] as readonly Step[]
  const { outcome, letters } = await runPlan({ steps, input: 'number' }, -7, { commands })
  expect(outcome.ok ? outcome.value : outcome.errors[0]!.code).toBe(code ?? expected)
  expect(letters.map(({ command, input }) => ({ command, input }))).toEqual(
    onError === 'deadLetter' ? [{ command: 'demo.Refuse', input: -7 }] : [],
  )
})

test('forEach leaves out the items whose value was dropped', async () => {
  const steps = [{ id: 'all', forEach: { steps: [{ id: 'one', call: 'demo.Refuse', onError: 'drop' }] } }]
  expect(await value(steps as readonly Step[], [1, -2, 3])).toEqual([1, 3])
})

test('a container of steps can have onError, too', async () => {
  const steps = [
    { id: 'a', onError: { use: '"none"' }, forEach: { steps: [{ id: 'one', call: 'demo.Refuse' }] } },
  ] as readonly Step[]
  expect(await value(steps, [1, -2])).toBe('none')
  expect(await value(steps, [1, 2])).toEqual([1, 2])
})

test('policies stand around a step by name and by themselves', async () => {
  let calls = 0
  const flaky = command('demo.Flaky', {
    input: z.number(),
    output: z.number(),
    errors: { Down: error(z.object({}), { category: 'external', retry: 'later' }) },
    run: ({ fail }) => (++calls < 3 ? fail.Down({}) : calls),
  })
  const steps = [{ id: 'a', call: 'demo.Flaky', policies: 'patient' }]
  const policies = { patient: [{ retry: { attempts: 5, initial: '10ms' } }] }
  expect((await runPlan({ steps, policies }, 0, { commands: [flaky] })).outcome).toEqual({ ok: true, value: 3 })
  calls = 0
  const own = [{ id: 'a', call: 'demo.Flaky', retry: { attempts: 2, initial: '10ms' } }]
  const { outcome } = await runPlan({ steps: own }, 0, { commands: [flaky] })
  expect(outcome.ok || outcome.errors[0]!.code).toBe('Down')
})
