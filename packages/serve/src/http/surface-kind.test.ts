import type { Manifest } from '@heddle/core'
import { expect, test } from 'vitest'
import { greet, order } from '../../test/shop.ts'
import { http } from './http.ts'
import { surfaceKind } from './surface-kind.ts'

const manifest: Manifest = { heddle: 1, app: 'shop', parts: {}, hash: '' }

async function compare(before: object, after: object): Promise<string[]> {
  const verdicts = await surfaceKind.compare({
    before: before as Manifest['parts'][string],
    after: after as Manifest['parts'][string],
    beforeManifest: manifest,
    afterManifest: manifest,
  })
  return verdicts.map(({ level, item, change }) => `${level} ${item} ${change}`)
}

const old = { http: http({ routes: { 'GET /greetings/{name}': greet, 'POST /orders': order } }).describe() }

test('the same routes are no change', async () => {
  expect(await compare(old, old)).toEqual([])
})

test('a removed or changed route breaks clients, an added one is safe', async () => {
  const routes = { 'POST /greetings/{name}': greet, 'POST /orders': greet }
  expect(await compare(old, { http: http({ routes: routes as object }).describe() })).toEqual([
    'breaking surface http GET /greetings/{name}: removed',
    'safe surface http POST /greetings/{name}: added',
    'breaking surface http POST /orders: shop.Order → shop.Greet',
  ])
})

test('a surface that goes breaks clients, and so do commands that lose their own address', async () => {
  expect(await compare(old, {})).toEqual(['breaking surface http removed'])
  expect(await compare({}, old)).toEqual(['safe surface http added'])
  const { routes } = old.http as { routes: object }
  expect(await compare(old, { http: { surface: 'http', commands: 'routes', routes } })).toEqual([
    'breaking surface http commands: all → routes',
  ])
})

test('what is mounted no more breaks its clients', async () => {
  const mounted = { ...(old.http as object), mounts: { websocket: {} } }
  expect(await compare({ http: mounted }, old)).toEqual(['breaking surface http websocket: removed'])
  expect(await compare(old, { http: mounted })).toEqual([])
})

test('a route behind GET has to be a query', () => {
  expect(() => http({ routes: { 'GET /orders': order } })).toThrow('shop.Order is no query')
})

test('a route of a command whose sunset is past may go', async () => {
  const command = (sunset: string) => ({
    'shop.Greet': { name: 'shop.Greet', deprecated: { since: '2020-01-01', sunset } },
  })
  const verdictsAt = async (sunset: string, after: object) => {
    const verdicts = await surfaceKind.compare({
      before: old as unknown as Manifest['parts'][string],
      after: after as Manifest['parts'][string],
      beforeManifest: { ...manifest, parts: { command: command(sunset) } },
      afterManifest: manifest,
    })
    return verdicts.map(({ level, change }) => `${level} ${change}`)
  }
  const without = { http: http({ routes: { 'POST /orders': order } }).describe() }
  expect(await verdictsAt('2020-02-01', without)).toEqual(['safe GET /greetings/{name}: removed'])
  expect(await verdictsAt('9999-12-31', without)).toEqual(['breaking GET /greetings/{name}: removed'])
})
