import { createPorts } from '@heddle/core'
import { expect, test } from 'vitest'
import { sameOrigin } from './same-origin.ts'

const ports = createPorts()
const ask = async (method: string, headers: Record<string, string>) => {
  const withCookie = sameOrigin(() => ({ id: 'ana', permissions: [] }), { origins: ['https://admin.example'] })
  const request = { method, url: '/', remoteAddress: undefined, header: (name: string) => headers[name] }
  try {
    return (await withCookie(request, ports))?.id
  } catch (thrown) {
    return (thrown as { code: string }).code
  }
}

test.each([
  ['POST', { 'sec-fetch-site': 'same-origin' }, 'ana'],
  ['POST', { 'sec-fetch-site': 'none' }, 'ana'],
  ['POST', { 'sec-fetch-site': 'cross-site' }, 'InvalidCredentials'],
  // A page of a neighbour under the same domain is not this origin.
  ['POST', { 'sec-fetch-site': 'same-site' }, 'InvalidCredentials'],
  ['POST', { 'sec-fetch-site': 'cross-site', origin: 'https://admin.example' }, 'ana'],
  ['POST', { origin: 'https://shop.example', host: 'shop.example' }, 'ana'],
  ['POST', { origin: 'https://evil.example', host: 'shop.example' }, 'InvalidCredentials'],
  ['POST', { origin: 'null', host: 'shop.example' }, 'InvalidCredentials'],
  ['DELETE', { origin: 'https://shop.example.evil.example', host: 'shop.example' }, 'InvalidCredentials'],
  ['POST', { host: 'shop.example' }, 'ana'],
  ['GET', { 'sec-fetch-site': 'cross-site' }, 'ana'],
])('a %s with %j is of %s', async (method, headers, expected) => {
  expect(await ask(method, headers as Record<string, string>)).toBe(expected)
})

test('a stranger stays a stranger, wherever the page is from', async () => {
  const withCookie = sameOrigin(() => undefined)
  const request = { method: 'POST', url: '/', remoteAddress: undefined, header: () => 'cross-site' }
  expect(await withCookie(request, ports)).toBeUndefined()
})
