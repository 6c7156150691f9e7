import { app, type CommandSection } from '@heddle/core'
import { expect, test } from 'vitest'
import { findItems, greet, order, shop } from '../../test/shop.ts'
import { http } from '../http/http.ts'
import type { SurfaceSection } from '../http/surface-kind.ts'
import { webSocket } from '../live/websocket/web-socket.ts'
import { mcp } from '../mcp/index.ts'
import { doorsOf } from './doors-of.ts'

function doors(declared: ReturnType<typeof app>, name: string) {
  const { command, surface } = declared.manifest().parts
  const sections = (command ?? {}) as unknown as Readonly<Record<string, CommandSection>>
  return doorsOf(sections[name]!, (surface ?? {}) as unknown as Readonly<Record<string, SurfaceSection>>)
}

test('a command is reached where the surfaces of the app serve it', () => {
  const served = shop(http({ routes: { 'GET /hello/{name}': greet }, mounts: [webSocket(), mcp()] }))
  expect(doors(served, 'shop.Greet')).toMatchObject({
    http: ['GET /shop/Greet', 'POST /shop/Greet', 'GET /hello/{name}'],
    sse: ['GET /shop/Greet', 'POST /shop/Greet', 'GET /hello/{name}'],
    websocket: ['/_heddle/ws {"call":"shop.Greet"}'],
    mcp: ['tool shop_Greet'],
    cli: ['heddle call shop.Greet'],
  })
})

test('what is not served is not reached: an app without HTTP, a command that is no route, one that is closed', () => {
  const { http: overHttp, sse, websocket, remote, client, cli } = doors(shop(), 'shop.Order')
  expect([overHttp, sse, websocket, remote, client]).toEqual([[], [], [], [], []])
  expect(cli).toEqual(['heddle call shop.Order'])
  const routed = app('shop', {
    parts: [greet, order, findItems, http({ commands: 'routes', routes: { 'GET /hello/{name}': greet } })],
  })
  expect([doors(routed, 'shop.Greet').http, doors(routed, 'shop.Order').http]).toEqual([['GET /hello/{name}'], []])
  const closed = Object.entries(doors(shop(http()), 'shop.Closed')).filter(([, all]) => all.length > 0)
  expect(closed.map(([name]) => name)).toEqual(['function'])
})
