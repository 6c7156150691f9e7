import { expect, test } from 'vitest'
import { z } from 'zod'
import { app, command, type Maybe, memoryLog } from '../index.ts'

const now = command('demo.Now', { input: z.int(), output: z.int(), run: ({ input }) => input + 1 })
const later = command('demo.Later', {
  input: z.int(),
  output: z.int(),
  run: async ({ input }) => {
    await Promise.resolve()
    return input + 1
  },
})
const refuse = command('demo.Refuse', {
  input: z.int(),
  output: z.int(),
  errors: { Never: z.object({}) },
  run: ({ fail }) => fail.Never({}),
})

/** What a caller ends with that uses `call.maybe`. */
async function ended(use: (maybe: (callee: typeof now, input: number) => Maybe<number>) => Maybe<number>) {
  const caller = command('demo.Caller', {
    input: z.int(),
    output: z.int(),
    calls: [now, later, refuse],
    run: ({ call }) => use((callee, input) => call.maybe(callee, input)),
  })
  const open = await app('demo', { parts: [caller, now, later, refuse] }).open({ ports: { log: memoryLog() } })
  const outcome = await open.call(caller, 0)
  await open.close()
  return outcome.ok ? outcome.value : outcome.errors[0]!.key
}

test('call.maybe gives the value at once where nothing waits, and a promise of it elsewhere', async () => {
  const seen: boolean[] = []
  const value = await ended((maybe) => {
    const first = maybe(now, 1)
    const second = maybe(later as never, 1)
    seen.push(first instanceof Promise, second instanceof Promise)
    return second
  })
  expect([value, ...seen]).toEqual([2, false, true])
})

test('a failure of call.maybe is thrown at once, and ends the caller', async () => {
  expect(await ended((maybe) => maybe(refuse as never, 1))).toBe('demo.Refuse>domain:Never')
  const caught = await ended((maybe) => {
    try {
      return maybe(refuse as never, 1)
    } catch {
      return 7
    }
  })
  // As with `call`: who does not end with a failure takes it by `call.try`.
  expect(caught).toBe('system:Internal')
})

test('a command whose subcommands do not wait can be run without waiting', async () => {
  const caller = command('demo.Caller', {
    input: z.int(),
    output: z.int(),
    calls: [now],
    run: ({ input, call }) => call.maybe(now, input),
  })
  const open = await app('demo', { parts: [caller, now] }).open({ ports: { log: memoryLog() } })
  expect(open.runSync(caller, 1)).toEqual({ ok: true, value: 2 })
  await open.close()
})
