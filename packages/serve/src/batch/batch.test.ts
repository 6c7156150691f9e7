import { expect, test } from 'vitest'
import { type Served, serve } from '../../test/serving.ts'
import { OpenBatches } from './open-batches.ts'

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

test('one call of a batch is cancelled by who sent it, and the others go on', async () => {
  await using shop = await serve()
  const id = 'a-name-that-nobody-guesses'
  const headers = { authorization: 'Bearer ana', 'content-type': 'application/x-ndjson' }
  const line = `${JSON.stringify({ call: 'shop.Wait', input: { ms: 600_000 } })}\n`
  const first = `${JSON.stringify({ call: 'shop.Greet', input: { name: 'ana' } })}\n`
  const answer = await fetch(`${shop.url}/_heddle/batch?id=${id}`, {
    method: 'POST',
    headers,
    body: first + line + line,
  })
  const lines = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  const next = async () => JSON.parse((await lines.read()).value!) as Line
  const cancel = (at: number, authorization?: string) =>
    shop.ask(`/_heddle/batch/cancel?id=${id}&at=${at}`, {
      method: 'POST',
      ...(authorization !== undefined && { headers: { authorization } }),
    })
  expect(await next()).toEqual({ at: 0, value: { text: 'hello ana' } })
  // Who did not send it cannot end its calls: the second is still there when the third is cancelled.
  expect((await cancel(1)).status).toBe(204)
  expect((await cancel(2, 'Bearer ana')).status).toBe(204)
  const cancelled = await next()
  expect([cancelled.at, codes(cancelled)]).toEqual([2, ['Cancelled']])
  await cancel(1, 'Bearer ana')
  expect(codes(await next())).toEqual(['Cancelled'])
  expect((await lines.read()).done).toBe(true)
  // It has ended, so there is nothing to cancel.
  expect((await cancel(1, 'Bearer ana')).status).toBe(204)
})

test('a call that is cancelled before it begins does not run', async () => {
  const batches = new OpenBatches()
  const batch = batches.open('one')!
  batches.cancel('one', 3)
  expect([batch.begin(2).aborted, batch.begin(3).aborted]).toEqual([false, true])
  expect(batches.open('one')).toBe(undefined)
  batch.close()
  batches.cancel('one', 2)
  expect(batches.open('one')!.begin(2).aborted).toBe(false)
})
