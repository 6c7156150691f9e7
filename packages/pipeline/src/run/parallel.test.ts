import { app, command, memoryLog } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { addOne, joinBranches, refuse, waitFor } from '../../fixtures/plan/commands.ts'
import { runPlan } from '../../fixtures/plan/run-plan.ts'
import type { Step } from '../plan/plan.ts'
import { pipeline } from './pipeline.ts'

const commands = [addOne, refuse, waitFor, joinBranches]

/** A branch that takes so many milliseconds. */
const after = (id: string, ms: number, value: string, more: object = {}) => ({
  id,
  ...more,
  steps: [{ id: `${id}Wait`, call: { command: 'demo.WaitFor', with: { ms, value: `"${value}"` } } }],
})
const failing = (id: string, ms: number) => ({
  id,
  steps: [{ id: `${id}Wait`, call: { command: 'demo.WaitFor', with: { ms, value: null, fails: true } } }],
})
const run = async (parallel: object) => {
  const { outcome } = await runPlan({ steps: [{ id: 'all', parallel } as unknown as Step] }, 1, { commands })
  return outcome.ok ? outcome.value : outcome.errors.map(({ code }) => code)
}

const branches = [after('slow', 3000, 's'), after('fast', 1000, 'f'), after('middle', 2000, 'm')]

test.each([
  ['object', { slow: 's', fast: 'f', middle: 'm' }],
  ['list', ['s', 'f', 'm']],
  ['first', 's'],
  [{ command: 'demo.JoinBranches' }, '{"slow":"s","fast":"f","middle":"m"}'],
])('the values of all branches become one by the merge %j, in the order of the plan', async (merge, expected) => {
  expect(await run({ branches, merge })).toEqual(expected)
})

test('an average counts by weight, and not what is null', async () => {
  const number = (id: string, weight: number, map: string | null) => ({
    id,
    weight,
    steps: [{ id: `${id}Map`, map }],
  })
  const merge = 'weightedAverage'
  expect(await run({ branches: [number('a', 0.6, '10'), number('b', 0.4, '20')], merge })).toBeCloseTo(14)
  expect(await run({ branches: [number('a', 3, '10'), number('b', 1, null)], merge })).toBe(10)
  const record = (id: string, weight: number, x: number) => ({
    id,
    weight,
    steps: [{ id: `${id}M`, map: { x, y: 1 } }],
  })
  expect(await run({ branches: [record('a', 1, 1), record('b', 3, 5)], merge })).toEqual({ x: 4, y: 1 })
})

test('a race is won by the first that succeeds', async () => {
  expect(await run({ branches, wait: 'race' })).toBe('f')
  expect(await run({ branches: [failing('bad', 500), ...branches], wait: 'race' })).toBe('f')
  expect(await run({ branches: [failing('bad', 500), failing('worse', 900)], wait: 'race' })).toEqual(['Late'])
})

test('a quorum is so many of the first, in the order of the plan', async () => {
  expect(await run({ branches, wait: { quorum: 2 }, merge: 'list' })).toEqual(['f', 'm'])
  expect(await run({ branches, wait: { quorum: 2 } })).toEqual({ slow: null, fast: 'f', middle: 'm' })
  const lost = [failing('bad', 500), after('fast', 1000, 'f'), failing('worse', 900)]
  expect(await run({ branches: lost, wait: { quorum: 2 } })).toEqual(['Late'])
})

test('the first failure in the order of the plan ends a step that waits for all', async () => {
  expect(await run({ branches: [after('slow', 1000, 's'), failing('bad', 10)] })).toEqual(['Late'])
})

test('a branch that a race does not need is refused at its next call, and the race does not wait for it', async () => {
  let counted = 0
  const count = command('demo.Count', { input: z.unknown(), output: z.int(), run: () => ++counted })
  const late = { id: 'late', steps: [...after('late', 5000, 'l').steps, { id: 'count', call: 'demo.Count' }] }
  const made = pipeline(
    {
      heddle: 1,
      pipeline: 'demo.Run',
      steps: [{ id: 'all', parallel: { wait: 'race', branches: [late, branches[1]!] } }],
    },
    { commands: [...commands, count] },
  )
  const time = createVirtualTime()
  const parts = [made, waitFor, count]
  const open = await app('demo', { parts }).open({
    ports: { clock: time.clock, timers: time.timers, log: memoryLog() },
  })
  const running = open.call(made.command, null)
  await time.advance(1000)
  expect(await running).toEqual({ ok: true, value: 'f' })
  await time.advance(10_000)
  expect(counted).toBe(0)
  await open.close()
})
