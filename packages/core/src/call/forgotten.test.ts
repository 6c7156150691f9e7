import { expect, test } from 'vitest'
import { z } from 'zod'
import { app, command, memoryLog } from '../index.ts'

type Call = ((callee: typeof breakNow, input: object) => Promise<unknown>) & {
  try(callee: typeof breakNow, input: object): Promise<unknown>
}

const nothing = { input: z.object({}), output: z.unknown() }
const breakNow = command('demo.BreakNow', {
  ...nothing,
  run: () => {
    throw new Error('broken')
  },
})
const breakLater = command('demo.BreakLater', {
  ...nothing,
  run: async () => {
    await Promise.resolve()
    throw new Error('broken')
  },
})

async function callerEnds(use: (call: Call, callee: typeof breakNow) => unknown, callee: typeof breakNow) {
  const log = memoryLog()
  const caller = command('demo.Caller', {
    ...nothing,
    calls: [breakNow, breakLater],
    run: ({ call }) => use(call as Call, callee),
  })
  const open = await app('demo', { parts: [caller, breakNow, breakLater] }).open({ ports: { log } })
  const outcome = await open.call(caller, {})
  await open.close()
  return { code: outcome.ok ? 'ok' : outcome.errors[0]!.code, logged: log.lines.map(({ message }) => message) }
}

// Were one of the forgotten promises to reject unseen, the process would end and these tests with it.
test.each<[string, (call: Call, callee: typeof breakNow) => unknown]>([
  ['call', (call, callee) => void call(callee, {})],
  ['call.try', (call, callee) => void call.try(callee, {})],
])('a defect in a forgotten %s ends its caller and not the process', async (_name, use) => {
  expect(await callerEnds(use, breakNow)).toEqual({ code: 'Internal', logged: ['demo.Caller errored: broken'] })
  const later = await callerEnds(use, breakLater as unknown as typeof breakNow)
  expect(later).toMatchObject({ code: 'Internal', logged: [expect.stringContaining('after it had ended')] })
})

test('a caller cannot catch the defect of a subcommand, whose writes are half done', async () => {
  const caught = await callerEnds(async (call, callee) => {
    await call(callee, {}).catch(() => undefined)
    return 'as if nothing had been'
  }, breakNow)
  expect(caught).toEqual({ code: 'Internal', logged: ['demo.Caller errored: broken'] })
})

test.each([
  ['nothing', undefined],
  ['a symbol', Symbol('odd')],
  ['an object without a text', Object.create(null)],
  [
    'an object whose text throws',
    {
      toString: () => {
        throw new Error('worse')
      },
    },
  ],
])('%s, thrown, is a defect like any other', async (_name, thrown: unknown) => {
  expect(
    await callerEnds(() => {
      throw thrown
    }, breakNow),
  ).toMatchObject({ code: 'Internal' })
})
