import { expect, test } from 'vitest'
import { z } from 'zod'
import { command } from '../command/command.ts'
import { app } from './define.ts'

const add = (name: string, by: number) =>
  command(name, { input: z.number(), output: z.number(), run: ({ input }) => input + by })
const first = command('demo.Sum', {
  input: z.number(),
  output: z.number(),
  run: ({ input }) => input,
})

test('a command is exchanged while the app runs, for callers that know it by object and by name', async () => {
  const plusOne = add('demo.PlusOne', 1)
  const caller = command('demo.Caller', {
    input: z.number(),
    output: z.number(),
    calls: [first],
    run: ({ input, call }) => call(first, input),
  })
  const open = await app('demo', { parts: [first, plusOne, caller] }).open()
  expect(await open.callOrThrow(caller, 5)).toBe(5)
  const local = { ...add('demo.SumLocal', 10), madeFrom: { template: 'demo', config: {} } }
  const second = command('demo.Sum', {
    input: z.number(),
    output: z.number(),
    calls: [plusOne, local],
    run: async ({ input, call }) => call(local, await call(plusOne, input)),
  })
  open.exchange([second])
  expect(await open.callOrThrow(caller, 5)).toBe(16)
  expect(await open.callOrThrow(first, 5)).toBe(16)
  expect(await open.callByName('demo.Sum', 5)).toEqual({ ok: true, value: 16 })
  await open.close()
})

test('a call that has begun ends as it began', async () => {
  const { promise, resolve } = Promise.withResolvers<number>()
  const slow = command('demo.Sum', { input: z.number(), output: z.number(), run: () => promise })
  const open = await app('demo', { parts: [slow] }).open()
  const begun = open.callOrThrow(slow, 1)
  open.exchange([first])
  expect(await open.callOrThrow(slow, 2)).toBe(2)
  resolve(100)
  expect(await begun).toBe(100)
  await open.close()
})

test('a command that calls what the app does not have is refused, and nothing is exchanged', async () => {
  const open = await app('demo', { parts: [first] }).open()
  const other = add('demo.Other', 1)
  const second = command('demo.Sum', {
    input: z.number(),
    output: z.number(),
    calls: [other],
    run: ({ input, call }) => call(other, input),
  })
  expect(() => open.exchange([second])).toThrow('demo.Sum needs the command demo.Other')
  expect(await open.callOrThrow(first, 2)).toBe(2)
  await open.close()
})
