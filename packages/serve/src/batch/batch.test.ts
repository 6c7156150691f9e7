import { expect, test } from 'vitest'
import { type Served, serve } from '../../test/serving.ts'

const send = async (shop: Served, calls: readonly unknown[], headers: Record<string, string> = {}) => {
  const body = calls.map((call) => `${typeof call === 'string' ? call : JSON.stringify(call)}\n`).join('')
  const init = { method: 'POST', headers: { 'content-type': 'application/x-ndjson', ...headers }, body }
  const answer = await shop.ask('/_heddle/batch', init)
  const lines = typeof answer.body === 'string' && answer.status === 200 ? answer.body.trim().split('\n') : []
  const told = lines.map((line) => JSON.parse(line) as Line).sort((a, b) => a.at - b.at)
  return { ...answer, told }
}

interface Line {
  readonly at: number
  readonly value?: unknown
  readonly errors?: readonly { readonly code: string; readonly path: readonly unknown[] }[]
}

const codes = ({ errors = [] }: Line) => errors.map(({ code, path }) => [code, ...path].join(' '))

test('each line is a call with an outcome of its own', async () => {
  await using shop = await serve()
  const { status, headers, told } = await send(
    shop,
    [
      { call: 'shop.Greet', input: { name: 'ana' } },
      { call: 'shop.Order', input: { item: 'loom', quantity: 2 } },
      { call: 'shop.Order', input: { item: 'loom', quantity: 12 } },
      { call: 'shop.Greet', input: { name: '' } },
      { call: 'shop.BreakDown' },
    ],
    { authorization: 'Bearer ana' },
  )
  expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
  expect(told.slice(0, 2)).toEqual([
    { at: 0, value: { text: 'hello ana' } },
    { at: 1, value: { item: 'loom', left: 8 } },
  ])
  expect(told.slice(2).map(codes)).toEqual([['OutOfStock'], ['TooSmall name'], ['Internal']])
  expect(JSON.stringify(told[4])).not.toContain('secret')
})

test('a stranger is refused line by line, as for single calls', async () => {
  await using shop = await serve()
  const { told } = await send(shop, [
    { call: 'shop.Order', input: { item: 'a', quantity: 1 } },
    { call: 'shop.Greet', input: { name: 'a' } },
  ])
  expect(told.map(codes)).toEqual([['Unauthenticated'], []])
})

test('what is no call says what is wrong with it, and the others go on', async () => {
  await using shop = await serve()
  const { told } = await send(shop, [
    'no json',
    '[]',
    { call: 'shop.Nothing' },
    { call: 1 },
    { call: 'shop.Greet', also: 1 },
    { call: 'shop.Greet', key: '' },
    { call: 'shop.Greet', timeout: -1 },
    '{"call":"shop.Greet","input":{"name":"a","name":"b"}}',
    { call: 'shop.Greet', input: { name: 'ana' } },
  ])
  expect(told.map(codes)).toEqual([
    ['MalformedInput'],
    ['MalformedInput'],
    ['UnknownCommand'],
    ['MalformedInput'],
    ['MalformedInput'],
    ['MalformedInput'],
    ['MalformedInput'],
    ['DuplicateKey name'],
    [],
  ])
})

test('answers come as calls end, and many more calls than run at once are all answered', async () => {
  await using shop = await serve()
  const calls = Array.from({ length: 100 }, (_, index) => ({ call: 'shop.Greet', input: { name: `n${index}` } }))
  const { told } = await send(shop, calls)
  expect(told.map(({ value }) => value)).toEqual(calls.map(({ input: { name } }) => ({ text: `hello ${name}` })))
})

test('a call of a batch has its own deadline', async () => {
  await using shop = await serve()
  const { told } = await send(shop, [{ call: 'shop.Wait', input: { ms: 60_000 }, timeout: 0.01 }])
  expect(told.map(codes)).toEqual([['DeadlineExceeded']])
})

test('a surface that serves only routes serves no other command by a batch', async () => {
  await using shop = await serve({ commands: 'routes' })
  const { told } = await send(shop, [{ call: 'shop.Greet', input: { name: 'ana' } }])
  expect(told.map(codes)).toEqual([['UnknownCommand']])
})

test('each call counts against the limits', async () => {
  await using shop = await serve({ rateLimits: [{ name: 'few', limit: 2, per: '1h' }] })
  const { told } = await send(
    shop,
    [1, 2, 3].map((count) => ({ call: 'shop.Greet', input: { name: `n${count}` } })),
  )
  expect(told.map(codes).toSorted()).toEqual([[], [], ['RateLimited']])
})

test('what is no list of lines is refused', async () => {
  await using shop = await serve()
  const { status } = await send(shop, [{}], { 'content-type': 'application/json' })
  expect(status).toBe(415)
})
