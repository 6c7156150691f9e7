import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createPorts, memoryPrincipals, type Principal } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { base64url, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import type { Authenticate } from '../http/options.ts'
import { jwt, type JwtOptions } from './jwt.ts'

const issuer = 'https://id.example/'
const audience = 'shop'
const secret = 'a secret of more than thirty-two bytes'
const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
const other = await generateKeyPair('ES256')
const jwk: JWK = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }
const jwks = { keys: [jwk] }

const time = createVirtualTime()
const start = time.clock.now() / 1000
const ports = createPorts({
  clock: time.clock,
  principals: memoryPrincipals([{ id: 'ana', tenant: 'a', permissions: ['shop:*'] }]),
})

const sign = (claims: Record<string, unknown>, key: Parameters<SignJWT['sign']>[0] = privateKey, alg = 'ES256') =>
  new SignJWT({ iss: issuer, aud: audience, sub: 'ana', exp: start + 600, ...claims })
    .setProtectedHeader({ alg, ...(alg === 'ES256' && { kid: 'one' }) })
    .sign(key)

async function ask(authenticate: Authenticate, authorization: string | undefined) {
  const header = (name: string) => (name === 'authorization' ? authorization : undefined)
  try {
    return await authenticate({ method: 'GET', url: '/', remoteAddress: undefined, header }, ports)
  } catch (thrown) {
    const { code, data } = thrown as { code: string; data: { because?: string; what?: string } }
    return `${code}: ${data.because ?? data.what}`
  }
}
const byKeys = jwt({ issuer, audience, jwks })
const bySecret = jwt({ issuer, audience, secret })

test.each<[string, Record<string, unknown>, Principal]>([
  ['a list of permissions', { permissions: ['a:b', 7] }, { id: 'ana', permissions: ['a:b'] }],
  ['scopes', { scope: 'a:b  c' }, { id: 'ana', permissions: ['a:b', 'c'] }],
  ['a tenant', { tenant: 'x' }, { id: 'ana', permissions: [], tenant: 'x' }],
  ['nothing more', {}, { id: 'ana', permissions: [] }],
  ['several audiences', { aud: ['other', audience] }, { id: 'ana', permissions: [] }],
])('a token with %s is a principal', async (_, claims, principal) => {
  expect(await ask(byKeys, `Bearer ${await sign(claims)}`)).toEqual(principal)
})

test('a token may name a principal of the records', async () => {
  const authenticate = jwt({
    issuer,
    audience,
    secret,
    principal: ({ sub }, { principals }) => principals.resolve(sub, 'a'),
  })
  const key = Buffer.from(secret)
  expect(await ask(authenticate, `Bearer ${await sign({}, key, 'HS256')}`)).toMatchObject({ permissions: ['shop:*'] })
  expect(await ask(authenticate, `Bearer ${await sign({ sub: 'bo' }, key, 'HS256')}`)).toBeUndefined()
})

const unsigned = (header: object, claims: object) =>
  `${base64url.encode(JSON.stringify(header))}.${base64url.encode(JSON.stringify(claims))}.`
const good = { iss: issuer, aud: audience, sub: 'ana', exp: start + 600 }
const refusals: [string, () => string | Promise<string>, string][] = [
  ['expired', () => sign({ exp: start - 6 }), 'the token has expired'],
  ['without an end', () => sign({ exp: undefined }), 'the claim "exp" of the token does not fit'],
  ['not valid yet', () => sign({ nbf: start + 60 }), 'the claim "nbf" of the token does not fit'],
  ['of another issuer', () => sign({ iss: 'https://evil.example/' }), 'the claim "iss" of the token does not fit'],
  ['for another service', () => sign({ aud: 'bank' }), 'the claim "aud" of the token does not fit'],
  ['for nobody', () => sign({ aud: undefined }), 'the claim "aud" of the token does not fit'],
  ['of nobody', () => sign({ sub: undefined }), 'the claim "sub" of the token does not fit'],
  ['of an empty name', () => sign({ sub: '' }), 'the token names no subject'],
  ['signed by another key', () => sign({}, other.privateKey), 'the token is not signed by its issuer'],
  [
    'changed',
    async () =>
      (await sign({})).replace(/\.[^.]+\./, `.${base64url.encode(JSON.stringify({ ...good, sub: 'root' }))}.`),
    'the token is not signed by its issuer',
  ],
  ['unsigned', () => unsigned({ alg: 'none' }, good), 'the token is signed by an algorithm that is not allowed'],
  // The public key as if it were a secret: the oldest trick on verifiers that believe the header.
  [
    'signed by the public key as a secret',
    () => sign({}, Buffer.from(JSON.stringify(jwk)), 'HS256'),
    'the token is signed by an algorithm that is not allowed',
  ],
  ['very long', () => sign({ filler: 'x'.repeat(9000) }), 'a token has at most 8192 characters'],
]
test.each(refusals)('a token that is %s is refused', async (_, forge, because) => {
  expect(await ask(byKeys, `Bearer ${await forge()}`)).toBe(`InvalidCredentials: ${because}`)
})

test('a token of another secret is refused, and one of a public key where a secret is expected', async () => {
  const wrong = await sign({}, Buffer.from('another secret of thirty-two bytes'), 'HS256')
  expect(await ask(bySecret, `Bearer ${wrong}`)).toContain('InvalidCredentials')
  expect(await ask(bySecret, `Bearer ${await sign({})}`)).toContain('InvalidCredentials')
})

test.each([undefined, 'Basic YTpi', 'Bearer', 'Bearer hk_0123', 'Bearer a.b', 'Bearer ey.x', 'Bearer eya.b.c d'])(
  '%s is left to others',
  async (authorization) => {
    expect(await ask(byKeys, authorization)).toBeUndefined()
  },
)

test('a verified token is remembered, and no longer than it is valid', async () => {
  const authenticate = jwt({ issuer, audience, secret, toleranceSeconds: 0 })
  const token = await sign({ exp: time.clock.now() / 1000 + 60 }, Buffer.from(secret), 'HS256')
  expect(await ask(authenticate, `Bearer ${token}`)).toMatchObject({ id: 'ana' })
  await time.advance(59_999)
  expect(await ask(authenticate, `Bearer ${token}`)).toMatchObject({ id: 'ana' })
  await time.advance(1)
  expect(await ask(authenticate, `Bearer ${token}`)).toBe('InvalidCredentials: the token has expired')
})

test('keys are read from their address, again for a new one, and their absence is Unavailable and not a forgery', async () => {
  let answer: { status: number; body: unknown } = { status: 503, body: {} }
  let reads = 0
  const server = createServer((_, response) => {
    reads++
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
  const authenticate = jwt({ issuer, audience, jwks: url })
  const token = await sign({ exp: time.clock.now() / 1000 + 600 })
  expect(await ask(authenticate, `Bearer ${token}`)).toBe(`Unavailable: The key set at ${url}`)
  answer = { status: 200, body: jwks }
  expect(await ask(authenticate, `Bearer ${token}`)).toMatchObject({ id: 'ana' })
  expect(reads).toBe(2)
  await new Promise((resolve) => server.close(resolve))
  const gone = jwt({ issuer, audience, jwks: url })
  expect(await ask(gone, `Bearer ${token}`)).toBe(`Unavailable: The key set at ${url}`)
})

test.each<[Partial<JwtOptions>, string]>([
  [{}, 'give jwks or secret'],
  [{ jwks, secret }, 'not both'],
  [{ secret: 'short' }, 'at least 32 bytes'],
  [{ secret, algorithms: ['none'] }, 'proves nothing'],
  [{ secret, algorithms: ['RS256'] }, 'belong to a secret'],
  [{ jwks, algorithms: ['ES256', 'HS256'] }, 'belong to a secret'],
  [{ jwks: 'http://id.example/jwks' }, 'by https'],
  [{ jwks: 'http://localhost.evil.example/jwks' }, 'by https'],
])('options %j are refused where they are declared', (options, reason) => {
  expect(() => jwt({ issuer, audience, ...options })).toThrow(reason)
})
