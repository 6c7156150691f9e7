import { expect, test } from 'vitest'
import { z } from 'zod'
import { app, command, ref, type Referable } from '../index.ts'

interface User {
  readonly id: string
  readonly name: string
}
const loads: (readonly string[])[] = []
const users: Referable<User, string> = {
  name: 'demo.User',
  keyType: z.string(),
  load(_scope, keys) {
    loads.push(keys)
    return keys.map((id) => (id.startsWith('x') ? undefined : { id, name: id.toUpperCase() }))
  },
}

const greet = command('demo.Greet', {
  input: z.object({
    host: ref(users),
    guests: z.array(z.object({ user: ref(users), seat: z.int() })),
    speaker: ref(users).describe('Who speaks last').optional(),
  }),
  output: z.array(z.string()),
  run: ({ input }) =>
    [input.host, ...input.guests.map(({ user }) => user), input.speaker].map((user) => user?.name ?? '-'),
})

test('keys in an input become records, all of one entity in one load', async () => {
  loads.length = 0
  const demo = await app('demo', { parts: [greet] }).open()
  const input = {
    host: 'ann',
    guests: [
      { user: 'bob', seat: 1 },
      { user: 'cid', seat: 2 },
    ],
  }
  expect(await demo.call(greet, input)).toEqual({ ok: true, value: ['ANN', 'BOB', 'CID', '-'] })
  expect(loads).toEqual([['ann', 'bob', 'cid']])
})

test('a missing record is an input error at the path of its key', async () => {
  const demo = await app('demo', { parts: [greet] }).open()
  const outcome = await demo.call(greet, { host: 'ann', guests: [{ user: 'x1', seat: 1 }], speaker: 'x2' })
  expect(outcome.ok || outcome.errors.map(({ key, message }) => [key, message])).toEqual([
    ['data/guests/0/user:NotFound', 'There is no demo.User with the key x1.'],
    ['data/speaker:NotFound', 'There is no demo.User with the key x2.'],
  ])
})

test('a ref where it cannot be loaded is refused by name and place', async () => {
  const wrong = command('demo.Wrong', {
    input: z.object({ who: z.union([ref(users), z.int()]) }),
    output: z.null(),
    run: () => null,
  })
  const log = { write() {} }
  const demo = await app('demo', { parts: [wrong] }).open({ ports: { log } })
  const outcome = await demo.call(wrong, { who: 'ann' })
  expect(outcome.ok || outcome.errors[0]!.cause).toMatchObject({ code: 'InvalidDefinition' })
})
