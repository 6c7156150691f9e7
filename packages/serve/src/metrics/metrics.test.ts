import { Failure, systemErrors, systemFailure } from '@heddle/core'
import { describe, expect, test } from 'vitest'
import { serve } from '../../test/serving.ts'
import type { HttpRequest } from '../http/exchange.ts'

const authenticate = (request: HttpRequest) => {
  const key = request.header('authorization')
  if (key === 'Bearer operator') return { id: 'op', permissions: ['heddle:operate'] }
  return key === 'Bearer ana' ? { id: 'ana', permissions: ['shop:order'] } : undefined
}

test('calls that came over HTTP are at /metrics, by command, surface and code', async () => {
  await using served = await serve()
  await served.post('/shop/Greet', { name: 'Bo' })
  await served.post('/shop/Order', { item: 'loom', quantity: 12 }, { authorization: 'Bearer ana' })
  await served.post('/shop/Order', { item: 'loom', quantity: 1 })
  const { status, headers, body } = await served.ask('/metrics')
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(body).toContain('heddle_call_duration_seconds_count{command="shop.Greet",surface="http"} 1\n')
  expect(body).toContain('heddle_call_failures_total{command="shop.Order",surface="http",code="OutOfStock"} 1\n')
  expect(body).toContain('heddle_call_failures_total{command="shop.Order",surface="http",code="Unauthenticated"} 1\n')
  expect(body).toContain('heddle_calls_in_flight{command="shop.Greet"} 0\n')
})

test('requests that are refused before a command begins are counted, by command, surface and code', async () => {
  const authenticate = (request: HttpRequest) => {
    if (request.header('authorization') === 'Bearer old')
      throw systemFailure('InvalidCredentials', { because: 'it ended' })
    if (request.header('authorization') === 'Bearer odd') throw new Failure('Unusual', {}, systemErrors.Denied)
    return undefined
  }
  const rateLimits = [{ name: 'orders', limit: 7, per: '1h', by: 'address' } as const]
  await using served = await serve({ authenticate, maxBodyBytes: 100, maxUrlBytes: 200, rateLimits })
  const greet = (body: string, headers: Record<string, string> = {}) => served.post('/shop/Greet', body, headers)
  const statuses = [
    await served.ask('/unusual'),
    await served.post('/shop/NoSuchCommand', {}),
    await served.ask('/shop/Order'),
    await served.ask(`/${'x'.repeat(300)}`),
    await greet('{}', { authorization: 'Bearer old' }),
    await greet('{}', { authorization: 'Bearer odd' }),
    await greet('{"name":'),
    await greet(`{"name":"${'x'.repeat(200)}"}`),
    await greet('name', { 'content-type': 'text/plain' }),
    await greet('{"name":"Bo"}', { accept: 'image/png' }),
    await greet('{"name":"Bo"}\n{"name":\n', { 'content-type': 'application/x-ndjson' }),
    await greet('{"name":"Bo"}'),
    await greet('{"name":"Bo"}'),
  ].map(({ status }) => status)
  expect(statuses).toEqual([404, 404, 405, 414, 401, 403, 400, 413, 415, 406, 200, 200, 429])
  await served.raw('NONSENSE\r\n\r\n')
  const { body } = await served.ask('/metrics')
  const lines = (body as string).split('\n').filter((line) => line.startsWith('heddle_requests_refused_total'))
  const told = lines.map((line) => line.replace(/.*command="(.*)",surface="http",code="(.*)"\} (.*)/, '$1 $2 $3'))
  expect(told.toSorted()).toEqual([
    ' MalformedInput 1',
    ' TooLarge 1',
    ' UnknownCommand 1',
    ' UnknownPath 1',
    ' UnsupportedMethod 1',
    'shop.Greet InvalidCredentials 1',
    'shop.Greet MalformedInput 2',
    'shop.Greet NotAcceptable 1',
    'shop.Greet RateLimited 1',
    'shop.Greet TooLarge 1',
    'shop.Greet UnsupportedMediaType 1',
    'shop.Greet other 1',
  ])
  // None of them is a call.
  expect(body).toContain('heddle_call_duration_seconds_count{command="shop.Greet",surface="http"} 2\n')
})

test('what callers send is never a label', async () => {
  await using served = await serve()
  await served.post('/shop/NoSuchCommand', { item: 'unusual' })
  await served.post('/shop/Greet', { name: 'unusual' }, { traceparent: 'unusual', 'idempotency-key': 'unusual' })
  await served.ask('/unusual')
  const { body } = await served.ask('/metrics')
  expect(body).not.toContain('unusual')
  expect(body).not.toContain('NoSuchCommand')
})

describe('who may read /metrics', () => {
  test.each([
    ['a program on this machine', {}, 200],
    ['somebody behind a proxy on this machine', { 'x-forwarded-for': '192.0.2.7' }, 401],
    ['somebody behind another kind of proxy', { forwarded: 'for=192.0.2.7' }, 401],
    ['somebody whom a proxy names', { via: '1.1 proxy' }, 401],
    ['an operator behind a proxy', { 'x-forwarded-for': '192.0.2.7', authorization: 'Bearer operator' }, 200],
    ['a principal without the permission', { 'x-forwarded-for': '192.0.2.7', authorization: 'Bearer ana' }, 403],
  ])('%s', async (_, headers, expected) => {
    await using served = await serve({ authenticate })
    expect((await served.ask('/metrics', { headers: headers as HeadersInit })).status).toBe(expected)
  })

  test('a page of a foreign site whose name leads here does not', async () => {
    await using served = await serve({ hosts: ['evil.example'] })
    const ask = (host: string) => served.raw(`GET /metrics HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`)
    expect(await ask('evil.example:3000')).toMatch(/^HTTP\/1.1 401/)
    expect(await ask('localhost:3000')).toMatch(/^HTTP\/1.1 200/)
    expect(await ask('[::1]:3000')).toMatch(/^HTTP\/1.1 200/)
  })
})

test('an app that wants no metrics has none', async () => {
  await using served = await serve({ metrics: false })
  expect(served.app.ports.telemetry.metrics).toBeUndefined()
  expect((await served.ask('/metrics')).status).toBe(404)
})
