import { createPorts, systemFailure } from '@heddle/core'
import { expect, test } from 'vitest'
import { bearerToken } from './credentials.ts'
import { fromCookie } from './from-cookie.ts'
import { signInOf } from './sign-in.ts'

const ports = createPorts()
const way = fromCookie('session', (request) => {
  const token = bearerToken(request)
  if (token === 'broken') throw new Error('the store is down')
  if (token !== 'good key') return token === 'good' ? { id: 'ana', permissions: [] } : refuse()
  return undefined
})
const refuse = () => {
  throw systemFailure('InvalidCredentials', { because: 'nobody knows it' })
}
const ask = (headers: Record<string, string>, method = 'POST') =>
  way({ method, url: '/', remoteAddress: undefined, header: (name) => headers[name] }, ports)

test('a credential comes by a cookie', async () => {
  expect(await ask({ cookie: 'a=b; session=good' })).toMatchObject({ id: 'ana' })
})

test('whoever has no cookie, or one that is no longer valid, is a stranger', async () => {
  expect(await ask({})).toBeUndefined()
  expect(await ask({ cookie: 'other=good' })).toBeUndefined()
  expect(await ask({ cookie: 'session=old', 'sec-fetch-site': 'cross-site' })).toBeUndefined()
  // What programs send is not looked at.
  expect(await ask({ authorization: 'Bearer good' })).toBeUndefined()
})

test('a page of another origin cannot change anything with it', async () => {
  await expect(ask({ cookie: 'session=good', 'sec-fetch-site': 'cross-site' })).rejects.toMatchObject({
    code: 'InvalidCredentials',
  })
  expect(await ask({ cookie: 'session=good', 'sec-fetch-site': 'cross-site' }, 'GET')).toMatchObject({ id: 'ana' })
})

test('trouble of the way stays trouble, and documents tell of the cookie', async () => {
  await expect(ask({ cookie: 'session=broken' })).rejects.toThrow('the store is down')
  expect(signInOf(way)).toEqual({ cookie: { type: 'apiKey', in: 'cookie', name: 'session' } })
})
