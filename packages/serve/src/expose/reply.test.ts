import { app, command, sensitive } from '@heddle/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { http } from '../http/http.ts'
import { fetchHandler } from '../http/fetch-handler.ts'
import { cookieOf } from './cookie-of.ts'
import { expose } from './expose.ts'
import { type Reply, withReply } from './reply.ts'

const signIn = command('shop.SignIn', {
  input: z.object({ name: z.string() }),
  output: z.object({ name: z.string(), session: sensitive(z.string()), note: z.string() }),
  errors: { Unknown: z.object({}) },
  run: ({ input: { name }, fail }) =>
    name === 'eve' ? fail.Unknown({}) : { name, session: `s ${name};é`, note: 'x'.repeat(3000) },
})
const login = expose(signIn, {
  as: 'api.SignIn',
  access: 'public',
  respond: (outcome): Reply =>
    outcome.ok
      ? {
          status: 201,
          headers: { Location: '/me', Vary: 'cookie' },
          cookies: [{ name: '__Host-session', value: outcome.value.session, maxAgeSeconds: 3600 }, { name: 'old' }],
        }
      : { status: 200, cookies: [{ name: '__Host-session' }] },
})
const strange = expose(signIn, {
  as: 'api.Strange',
  access: 'public',
  respond: () => ({ headers: { 'Content-Length': '1' } }),
})

const part = http({ port: 0 })
const shop = await app('shop', { parts: [login, strange, part] }).open()
beforeAll(() => shop.start())
afterAll(() => shop.close({ graceMs: 2000 }))

describe.each([
  ['over HTTP', (path: string, init: RequestInit) => fetch(part.url! + path, init)],
  [
    'by the Fetch handler',
    (path: string, init: RequestInit) => fetchHandler(shop)(new Request(`http://localhost${path}`, init)),
  ],
])('%s', (_, send) => {
  const post = (path: string, input: object) =>
    send(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) })

  test('an answer brings cookies that no script and no other site can use, and headers of its own', async () => {
    const answer = await post('/api/SignIn', { name: 'ana' })
    expect([answer.status, answer.headers.get('location')]).toEqual([201, '/me'])
    expect(answer.headers.getSetCookie()).toEqual([
      '__Host-session=s%20ana%3B%C3%A9; Max-Age=3600; Path=/; HttpOnly; Secure; SameSite=Lax',
      'old=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
    ])
    // What is sensitive goes into the cookie and not into the body, which is long enough to be compressed.
    expect(Object.keys((await answer.json()) as object)).toEqual(['name', 'note'])
    expect(answer.headers.get('vary')).toBe('cookie, accept-encoding')
  })

  test('an outcome that failed keeps its status', async () => {
    const answer = await post('/api/SignIn', { name: 'eve' })
    expect([answer.status, answer.headers.getSetCookie().length]).toEqual([422, 1])
  })

  test('a header that is the server’s own is a defect, which strangers learn nothing of', async () => {
    const answer = await post('/api/Strange', { name: 'ana' })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'application/problem+json'])
  })
})

test('a cookie is read back as it was written', () => {
  const [written = ''] = withReply('a.B', { status: 200, headers: {}, body: '' }, true, {
    cookies: [{ name: 'a', value: 'ä; b="c"' }],
  }).cookies!
  const request = (cookie?: string) => ({
    method: 'GET',
    url: '/',
    remoteAddress: undefined,
    header: (name: string) => (name === 'cookie' ? cookie : undefined),
  })
  expect(cookieOf(request(`x=1; ${written.split(';')[0]}`), 'a')).toBe('ä; b="c"')
  expect([cookieOf(request(), 'a'), cookieOf(request('x=1'), 'a')]).toEqual([undefined, undefined])
})

test('a cookie that no browser would take is refused', () => {
  const answer = { status: 200, headers: {}, body: '' }
  expect(() => withReply('a.B', answer, true, { cookies: [{ name: 'a b', value: '' }] })).toThrow(TypeError)
})
