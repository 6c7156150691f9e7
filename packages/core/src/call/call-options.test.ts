import { expect, test } from 'vitest'
import { z } from 'zod'
import { app, type CallOptions, command, memoryLog, stream } from '../index.ts'

const work = command('demo.Work', { input: z.object({}), output: z.null(), access: 'public', run: () => null })
const list = command('demo.List', {
  input: z.object({}),
  output: stream(z.int(), z.null()),
  async *run() {
    yield 1
    return null
  },
})

test.each<[keyof CallOptions, unknown, string]>([
  ['deadline', NaN, 'The option "deadline" of the call is NaN: a time in milliseconds since 1970 was expected.'],
  ['deadline', Infinity, 'The option "deadline" of the call is Infinity: a time in milliseconds since 1970'],
  ['deadline', -1, 'The option "deadline" of the call is -1: a time'],
  ['deadline', '2s', 'The option "deadline" of the call is 2s: a time'],
  ['deadline', null, 'The option "deadline" of the call is null: a time'],
  ['from', 'yaml', 'The option "from" of the call is yaml: one of code, json, text was expected.'],
  ['from', 'constructor', 'The option "from" of the call is constructor: one of'],
  ['from', null, 'The option "from" of the call is null: one of'],
])('a call whose %s is %o is refused with a sentence, however it is made', async (option, value, sentence) => {
  const log = memoryLog()
  const open = await app('demo', { parts: [work, list] }).open({ ports: { log } })
  const options = { [option]: value } as CallOptions
  const refused = {
    ok: false,
    errors: [{ code: 'InvalidOption', category: 'data', retry: 'never', message: expect.stringContaining(sentence) }],
  }
  expect(await open.call(work, {}, options)).toMatchObject(refused)
  expect(await open.callByName('demo.Work', {}, options)).toMatchObject(refused)
  expect(open.runSync(work, {}, options)).toMatchObject(refused)
  expect(await open.batch(work, [{}], options)).toMatchObject([refused])
  expect(await open.stream(list, {}, options).outcome).toMatchObject(refused)
  expect(await open.batch(work, [{}, {}], { ...options, atomic: true })).toMatchObject([
    { ok: false, errors: [{ code: 'Cancelled', cause: { code: 'InvalidOption' } }] },
    { ok: false, errors: [{ code: 'Cancelled' }] },
  ])
  expect(log.lines).toEqual([])
  await open.close()
})
