import { expect, test } from 'vitest'
import { serve } from '../../test/serving.ts'
import { createCors } from './cors.ts'

const preflight = {
  method: 'OPTIONS',
  headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
}
const corsHeaders = (headers: Headers) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control') || name === 'vary'))

test('is off unless it is configured', async () => {
  await using served = await serve()
  expect(corsHeaders((await served.ask('/shop/Greet', preflight)).headers)).toEqual({})
  expect(
    corsHeaders((await served.ask('/shop/Greet?name=Bo', { headers: { origin: 'https://shop.example' } })).headers),
  ).toEqual({})
})

test('answers the preflight of an allowed origin with what calls need', async () => {
  await using served = await serve({
    cors: { origins: ['https://shop.example'], credentials: true, headers: ['x-shop'], maxAge: '1h' },
  })
  const { status, headers } = await served.ask('/shop/Greet', preflight)
  expect(status).toBe(204)
  expect(corsHeaders(headers)).toEqual({
    'access-control-allow-origin': 'https://shop.example',
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'POST, GET, HEAD, OPTIONS',
    'access-control-allow-headers':
      'authorization, content-type, idempotency-key, if-none-match, last-event-id, mcp-method, mcp-name, mcp-protocol-version, mcp-session-id, prefer, request-timeout, traceparent, x-api-key, heddle-tenant, heddle-version, x-shop',
    'access-control-expose-headers':
      'deprecation, etag, link, location, mcp-session-id, preference-applied, ratelimit, ratelimit-policy, retry-after, sunset, www-authenticate',
    'access-control-max-age': '3600',
    vary: 'origin',
  })
})

test('lets an allowed origin read errors too, and names the origin to caches even where it is not allowed', async () => {
  await using served = await serve({ cors: { origins: (origin) => origin.endsWith('.example') } })
  const refused = await served.ask('/nothing', { headers: { origin: 'https://shop.example' } })
  expect(corsHeaders(refused.headers)).toMatchObject({ 'access-control-allow-origin': 'https://shop.example' })
  const stranger = await served.ask('/shop/Greet', {
    ...preflight,
    headers: { ...preflight.headers, origin: 'https://evil.test' },
  })
  expect(corsHeaders(stranger.headers)).toEqual({ vary: 'origin' })
})

test('refuses cookies together with every origin', () => {
  expect(() => createCors({ origins: '*', credentials: true })).toThrow('credentials need a list of origins')
})
