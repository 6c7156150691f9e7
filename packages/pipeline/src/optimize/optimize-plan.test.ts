import { createVirtualTime } from '@heddle/core/testing'
import { app } from '@heddle/core'
import { expect, test } from 'vitest'
import { addOne, refuse, waitFor } from '../../fixtures/plan/commands.ts'
import type { Plan, Step } from '../plan/plan.ts'
import { pipeline } from '../run/pipeline.ts'
import { explainPlan } from './explain-plan.ts'

const commands = [addOne, refuse, waitFor]
const made = (steps: readonly Step[], more: Partial<Plan> = {}) =>
  pipeline({ heddle: 1, pipeline: 'demo.Run', input: 'number', ...more, steps }, { commands })

test('maps one after the other become one, where nothing is computed twice', () => {
  const { optimized } = made([
    { id: 'pair', map: { left: 'it + 1', right: 'it * 2' } },
    { id: 'sum', map: 'it.left + it.right' },
    { id: 'square', map: 'it * it' },
  ])
  expect(optimized.plan.steps).toEqual([
    { id: 'sum', map: 'it + 1 + it * 2' },
    { id: 'square', map: 'it * it' },
  ])
  expect(explainPlan(optimized)).toEqual(['made one step of pair and sum: only the second reads what the first gives'])
})

test('a map becomes what a call is given', () => {
  const { optimized } = made([
    { id: 'plus', map: 'it + 1', from: 'input' },
    { id: 'add', call: 'demo.AddOne' },
  ])
  expect(optimized.plan.steps).toEqual([{ id: 'add', from: 'input', call: { command: 'demo.AddOne', with: 'it + 1' } }])
})

test('what nobody reads is left out, and a question that may be refused is not', () => {
  const { optimized } = made([
    { id: 'name', set: { unread: 'it' } },
    { id: 'plus', call: 'demo.AddOne' },
    { id: 'check', from: 'input', call: 'demo.Refuse' },
    { id: 'answer', from: 'input', map: 'it' },
  ])
  expect(optimized.plan.steps.map(({ id }) => id)).toEqual(['check', 'answer'])
  expect(explainPlan(optimized)).toEqual([
    'left out name: nobody reads what it gives',
    'left out plus: nobody reads what it gives',
  ])
})

test('a step whose value somebody asks for by name stays', () => {
  const steps: Step[] = [
    { id: 'plus', map: 'it + 1' },
    { id: 'answer', map: 'steps.plus + it' },
  ]
  expect(made(steps).optimized).toEqual({ plan: made(steps).plan, together: [], done: [] })
  expect(explainPlan(made(steps).optimized)).toEqual(['runs as it is written'])
})

const wait = (id: string, ms: number, more: Partial<Step> = {}): Step => ({
  id,
  from: 'input',
  call: { command: 'demo.WaitFor', with: { ms, value: 'it' } },
  ...more,
})

test('questions of which none reads another are asked at once', async () => {
  const delays = made([wait('one', 300), wait('two', 200), { id: 'both', from: ['one', 'two'], map: 'it' }])
  expect(explainPlan(delays.optimized)).toEqual([
    'run one and two at once: none of them reads another, and all only ask',
  ])
  const time = createVirtualTime()
  const { clock, timers } = time
  const open = await app('demo', { parts: [delays, ...commands] }).open({ ports: { clock, timers } })
  const begin = clock.now()
  const running = open.callOrThrow(delays.command, 7)
  await time.advance(300)
  expect(await running).toEqual([7, 7])
  expect(clock.now() - begin).toBe(300)
  await open.close()
})

test('the first failure in the order of the plan is told, though a later step failed before it', async () => {
  const fails = (id: string, ms: number): Step =>
    wait(id, ms, { call: { command: 'demo.WaitFor', with: { ms, value: 'it', fails: true } } })
  const delays = made([fails('one', 300), { id: 'two', from: 'input', call: 'demo.Refuse' }])
  expect(delays.optimized.together).toEqual([['one', 'two']])
  const time = createVirtualTime()
  const { clock, timers } = time
  const open = await app('demo', { parts: [delays, ...commands] }).open({ ports: { clock, timers } })
  const running = open.call(delays.command, -1)
  await time.advance(300)
  expect(await running).toMatchObject({ ok: false, errors: [{ code: 'Late' }] })
  await open.close()
})

test('steps with effects stay in their order', () => {
  const shuffled: Step[] = [
    wait('one', 1),
    {
      id: 'told',
      call: { command: 'demo.WaitFor', with: { ms: 1, value: 'it' } },
      onError: 'deadLetter',
      from: 'input',
    },
    wait('two', 1),
  ]
  expect(made(shuffled).optimized.together).toEqual([])
})

test('optimize: false runs the plan as it is written', () => {
  const plan: Plan = { heddle: 1, pipeline: 'demo.Run', input: 'number', steps: [wait('one', 1), wait('two', 1)] }
  expect(pipeline(plan, { commands, optimize: false }).optimized).toEqual({ plan, together: [], done: [] })
})
