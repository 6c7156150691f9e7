import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { app, command, parseTraceparent, tracedFetch } from '../index.ts'
import { formatTraceparent } from './trace-context.ts'

const good = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test('a traceparent is read and written as W3C Trace Context says', () => {
  const read = parseTraceparent(good, 'a=1')
  expect(read).toEqual({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    sampled: true,
    state: 'a=1',
  })
  expect(formatTraceparent(read!)).toBe(good)
  expect(parseTraceparent(good.replace(/01$/, '00'))!.sampled).toBe(false)
  expect(parseTraceparent(good.replace(/^00/, 'cc'))).toMatchObject({ sampled: true })
  expect(parseTraceparent(`${good.replace(/^00/, 'cc')}-more`)).toMatchObject({ sampled: true })
})

test.each([
  ['the forbidden version', good.replace(/^00/, 'ff')],
  ['more than version 00 has', `${good}-more`],
  ['capital letters', good.toUpperCase()],
  ['a trace id of zeros', '00-00000000000000000000000000000000-b7ad6b7169203331-01'],
  ['a span id of zeros', '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01'],
  ['something else', 'hello'],
])('a traceparent with %s is ignored', (_, header) => {
  expect(parseTraceparent(header)).toBeUndefined()
})

test('a tracestate longer than 512 characters is dropped', () => {
  expect(parseTraceparent(good, `a=${'x'.repeat(511)}`)).not.toHaveProperty('state')
})

test('tracedFetch hands on the trace of its caller, and headers that are given win', async () => {
  const seen: (string | undefined)[][] = []
  const server = createServer(({ headers }, answer) => {
    seen.push([headers.traceparent, headers.tracestate] as string[])
    answer.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const ask = command('out.Ask', {
    input: z.object({ headers: z.record(z.string(), z.string()) }),
    output: z.null(),
    async run({ input, ctx }) {
      await (await tracedFetch(ctx, url, input)).text()
      return null
    },
  })
  const open = await app('out', { parts: [ask] }).open()
  await open.callOrThrow(ask, { headers: {} }, { parent: parseTraceparent(good, 'a=1') })
  await open.callOrThrow(ask, { headers: { traceparent: 'own' } }, { parent: parseTraceparent(good) })
  expect(seen).toEqual([
    [good.replace(/01$/, '00'), 'a=1'],
    ['own', undefined],
  ])
  await open.close()
  server.close()
})
