import { expect, test } from 'vitest'
import { clientAndServer } from '../../test/generated-client.ts'
import type { CallOptions, ClientOptions, Command, Outcome } from './index.ts'

const cyclic: Record<string, unknown> = { item: 'loom' }
cyclic['self'] = cyclic

const throwing = {
  get item(): string {
    throw new Error('no item today')
  },
}

const errorOf = (outcome: Outcome<unknown>) => (outcome.ok ? undefined : outcome.errors[0])

test('an input that cannot be sent fails alone, and the calls beside it in a batch are sent', async () => {
  await using shop = await clientAndServer()
  const client = shop.clientOf({ batch: true })
  const [good, bad, other] = await Promise.all([
    client.call(shop.commands['forget']!, { item: 'a' }),
    client.call(shop.commands['orderItem']!, cyclic),
    client.call(shop.commands['forget']!, { item: 'b' }),
  ])
  expect([good.ok, other.ok]).toEqual([true, true])
  expect(errorOf(bad)).toMatchObject({ code: 'MalformedInput', retry: 'never', data: { option: 'input' } })
})

test.each([{}, { batch: true }, { onProgress: () => undefined }])(
  'an input that holds itself or throws is an error of the input (%o)',
  async (how) => {
    await using shop = await clientAndServer()
    for (const [input, reason] of [
      [cyclic, 'circular'],
      [throwing, 'no item today'],
    ] as const) {
      const error = errorOf(await shop.clientOf().call(shop.commands['orderItem']!, input, how))
      expect(error).toMatchObject({ key: 'data:MalformedInput', retry: 'never' })
      expect(error!.message).toContain(reason)
    }
  },
)

test('a query with an input that cannot be sent ends its subscription with the error', async () => {
  await using shop = await clientAndServer()
  const { echo } = shop.commands
  const outcomes: Outcome<unknown>[] = []
  for await (const outcome of shop.clientOf().live(echo as Command, throwing)) outcomes.push(outcome)
  expect(outcomes.map((outcome) => errorOf(outcome)?.code)).toEqual(['MalformedInput'])
})

const calls: [string, CallOptions, string][] = [
  ['a timeout that is no duration', { timeout: 'abc' }, 'timeout'],
  ['a key with a line break', { key: 'a\r\nb' }, 'key'],
  ['a key beyond what headers hold', { key: '☃' }, 'key'],
]

test.each(calls)('%s is an invalid option', async (_what, how, option) => {
  await using shop = await clientAndServer()
  const outcome = await shop.clientOf().call(shop.commands['orderItem']!, { item: 'loom' }, how)
  expect(errorOf(outcome)).toMatchObject({ code: 'InvalidOption', retry: 'never', data: { option } })
  expect(errorOf(outcome)!.message).toContain(`"${option}"`)
})

const clients: [string, ClientOptions, string, string][] = [
  ['an address that is none', { url: 'not a url' }, 'InvalidOption', 'url'],
  ['an address with a password', { url: 'http://me:secret@127.0.0.1:1' }, 'InvalidOption', 'url'],
  ['a header with a line break', { headers: { 'x-a': 'secret\r\nb' } }, 'InvalidOption', 'x-a'],
  [
    'credentials with a line break',
    { authorization: () => 'Bearer secret\r\nX: y' },
    'InvalidCredentials',
    'authorization',
  ],
  [
    'credentials that throw',
    {
      authorization: () => {
        throw new Error('secret')
      },
    },
    'InvalidCredentials',
    'authorization',
  ],
  [
    'credentials that reject',
    { authorization: () => Promise.reject(new Error('secret')) },
    'InvalidCredentials',
    'authorization',
  ],
]

test.each(clients)(
  '%s: the outcome names what is wrong, tells no secret and is not for later',
  async (_what, how, code, option) => {
    await using shop = await clientAndServer()
    for (const batch of [false, true]) {
      const outcome = await shop.clientOf({ ...how, batch }).call(shop.commands['orderItem']!, { item: 'loom' })
      expect(errorOf(outcome)).toMatchObject({ code, retry: 'never', data: { option } })
      expect(JSON.stringify(outcome)).not.toContain('secret')
    }
  },
)

test('over a WebSocket the same mistakes are told', async () => {
  await using shop = await clientAndServer()
  const call = async (how: ClientOptions) =>
    errorOf(
      await shop.clientOf({ transport: shop.webSocket(), ...how }).call(shop.commands['orderItem']!, { item: 'loom' }),
    )
  expect(await call({ url: 'not a url' })).toMatchObject({ code: 'InvalidOption', data: { option: 'url' } })
  expect(await call({ authorization: () => Promise.reject(new Error('secret')) })).toMatchObject({
    code: 'InvalidCredentials',
    retry: 'never',
  })
})
