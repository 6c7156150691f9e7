import { expect, test } from 'vitest'
import { serve } from '../../test/serving.ts'
import type { HttpRequest } from '../http/exchange.ts'

const authenticate = (request: HttpRequest) => {
  const key = request.header('authorization')
  if (key === 'Bearer operator') return { id: 'op', permissions: ['heddle:operate'] }
  return key === 'Bearer ana' ? { id: 'ana', permissions: ['shop:order'] } : undefined
}
const operator = { headers: { authorization: 'Bearer operator' } }

test('without the option there is nothing below /debug', async () => {
  await using served = await serve({ authenticate })
  for (const path of ['/debug', '/debug/heap']) expect((await served.ask(path, operator)).status).toBe(404)
})

test('only operators look inside, however near somebody is', async () => {
  await using served = await serve({ authenticate, debug: true })
  for (const path of ['/debug', '/debug/calls', '/debug/heap', '/debug/profile', '/debug/event-loop']) {
    expect((await served.ask(path)).status).toBe(401)
    expect((await served.ask(path, { headers: { authorization: 'Bearer ana' } })).status).toBe(403)
  }
})

test('it tells versions, the heap, and how late the event loop is', async () => {
  await using served = await serve({ authenticate, debug: true })
  expect((await served.ask('/debug', operator)).body).toMatchObject({
    app: 'shop',
    manifest: served.app.manifest.hash,
    versions: { node: process.versions.node },
    pid: process.pid,
  })
  const heap = (await served.ask('/debug/heap', operator)).body as { heap: { used_heap_size: number } }
  expect(heap.heap.used_heap_size).toBeGreaterThan(1e6)
  const late = (await served.ask('/debug/event-loop?seconds=0.1', operator)).body
  expect(late).toMatchObject({ seconds: 0.1, delayMs: { p99: expect.any(Number) as number } })
})

test('it tells the calls that run', async () => {
  await using served = await serve({ authenticate, debug: true })
  const left = new AbortController()
  const waiting = served
    .ask('/shop/Wait', {
      method: 'POST',
      signal: left.signal,
      headers: { 'content-type': 'application/json', authorization: 'Bearer ana' },
      body: '{"ms":3600000}',
    })
    .catch(() => undefined)
  let calls: unknown[] = []
  while (calls.length === 0) calls = ((await served.ask('/debug/calls', operator)).body as { calls: unknown[] }).calls
  expect(calls).toMatchObject([
    { command: 'shop.Wait', surface: 'http', tenant: 'main', principal: 'ana', hasUnit: false },
  ])
  left.abort()
  await waiting
})

test('a CPU profile is one that Chrome takes, and there is one at a time', async () => {
  await using served = await serve({ authenticate, debug: true })
  const profiles = ['a', 'b'].map(() => served.ask('/debug/profile?seconds=0.2', operator))
  const [taken, refused] = (await Promise.all(profiles)).toSorted((left, right) => left.status - right.status)
  expect(taken!.body).toMatchObject({ nodes: expect.any(Array) as unknown[], samples: expect.any(Array) as unknown[] })
  expect(refused!.body).toMatchObject({ errors: [{ code: 'InProgress' }] })
})

test.each(['0', '61', 'x', ''])('%j seconds are refused', async (seconds) => {
  await using served = await serve({ authenticate, debug: true })
  const { status, body } = await served.ask(`/debug/profile?seconds=${seconds}`, operator)
  expect(status).toBe(400)
  expect(body).toMatchObject({ errors: [{ code: 'InvalidOption', data: { option: 'seconds' } }] })
})
