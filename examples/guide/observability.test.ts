import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { convert, rates } from './observability.ts'

/** A server of rates and a collector of spans at once. */
async function world() {
  const parents: string[] = []
  const spans: { name: string; traceId: string; spanId: string; parentSpanId?: string }[] = []
  const server = createServer(async (request, answer) => {
    if (request.url === '/v1/traces') {
      const { resourceSpans } = (await json(request)) as { resourceSpans: { scopeSpans: { spans: typeof spans }[] }[] }
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)))
    } else if (request.url === '/eur') parents.push(String(request.headers.traceparent))
    answer.writeHead(200, { 'content-type': 'application/json' }).end('{"rate":1.1}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, parents, spans, [Symbol.dispose]: () => void server.close() }
}

test('one trace goes from the client through the command to the other system', async () => {
  using around = await world()
  const app = await rates(around.url).open({ environment: {} })
  const lines = await app.start()
  const url = lines.find((line) => line.startsWith('ready'))!.slice('ready '.length)
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const answer = await fetch(`${url}/rates/Convert`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    body: JSON.stringify({ source: `${around.url}/eur`, cents: 100 }),
  })
  expect(await answer.json()).toEqual({ cents: 110 })
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('command="rates.Convert",surface="http"} 1\n')
  expect((await fetch(`${url}/debug`)).status).toBe(401)
  await app.close()

  const [fetched, command, request] = around.spans
  expect(around.spans.map(({ name }) => name)).toEqual(['GET', 'rates.Convert', 'POST /rates/Convert'])
  expect(new Set(around.spans.map((span) => span.traceId))).toEqual(new Set([traceId]))
  expect([fetched!.parentSpanId, command!.parentSpanId]).toEqual([command!.spanId, request!.spanId])
  expect(around.parents).toEqual([`00-${traceId}-${fetched!.spanId}-01`])
})

test('a call that is not recorded hands on its trace id all the same', async () => {
  using around = await world()
  const app = await rates(around.url).open({ environment: {} })
  await app.callOrThrow(convert, { source: `${around.url}/eur`, cents: 100 }, { parent: null, traceId: 'a'.repeat(32) })
  await app.close()
  expect(around.spans).toEqual([])
  expect(around.parents).toEqual([`00-${'a'.repeat(32)}-${'a'.repeat(16)}-00`])
})
