import { connect } from 'node:net'
import { app, command, stream } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { errorsOf, serve } from '../../test/serving.ts'
import { fetchHandler } from './fetch-handler.ts'
import { http } from './http.ts'

const lines = (body: unknown) =>
  (body as string)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
const json = { 'content-type': 'application/json' }

test('a streamed output comes as lines: items and progress, then the value', async () => {
  await using served = await serve()
  const { status, headers, body } = await served.post('/shop/Count', { to: 3 })
  expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
  expect(lines(body)).toEqual([
    { item: { n: 1, filler: '' } },
    { progress: { done: 2, total: 3 } },
    { item: { n: 2, filler: '' } },
    { item: { n: 3, filler: '' } },
    { value: { total: 3 } },
  ])
})

test('a failure before the first item is a problem with its status, a later one is the last line', async () => {
  await using served = await serve()
  const before = await served.post('/shop/Count', { to: 3, failAt: 0 })
  expect([before.status, errorsOf(before.body)]).toEqual([422, ['Stopped']])
  const { status, body } = await served.post('/shop/Count', { to: 3, failAt: 2 })
  expect([status, lines(body).at(0), lines(body).at(-1)]).toMatchObject([
    200,
    { item: { n: 1 } },
    { errors: [{ code: 'Stopped', data: { at: 2 }, category: 'domain' }] },
  ])
})

test('a command without a streamed output comes as lines when lines are asked for', async () => {
  await using served = await serve()
  const { body } = await served.ask('/shop/Greet?name=Bo', { headers: { accept: 'application/x-ndjson' } })
  expect(lines(body)).toEqual([{ value: { text: 'hello Bo' } }])
})

test('a large stream arrives whole and in order over the fetch handler too', async () => {
  await using served = await serve()
  const body = JSON.stringify({ to: 5000, size: 100 })
  const answer = await fetchHandler(served.app)(
    new Request('http://shop.example/shop/Count', { method: 'POST', headers: json, body }),
  )
  const told = lines(await answer.text()).filter((line) => !('progress' in (line as object)))
  expect(told).toHaveLength(5001)
  expect(told.slice(0, -1).every((line, index) => (line as { item: { n: number } }).item.n === index + 1)).toBe(true)
})

/** Counts what it yields. It would never end by itself, and its items fill any buffer soon. */
function endless() {
  const seen = { yielded: 0, ended: false }
  const tell = command('endless.Tell', {
    access: 'public',
    input: z.object({}),
    output: stream(z.string(), z.object({})),
    async *run() {
      try {
        for (;;) {
          seen.yielded++
          yield 'x'.repeat(100_000)
        }
      } finally {
        seen.ended = true
      }
    },
  })
  return { tell, seen }
}

/** Turns until something is so. The test's own time limit ends it otherwise. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

/** Turns until a number has not grown for a thousand turns. */
async function settled(read: () => number): Promise<number> {
  for (let last = read(), turns = 0; ; turns++) {
    if (turns === 1000) return last
    await new Promise((resolve) => setImmediate(resolve))
    if (read() !== last) [last, turns] = [read(), 0]
  }
}

test('over the fetch handler, a body waits for a slow reader, and ends when the reader leaves', async () => {
  const { tell, seen } = endless()
  const opened = await app('endless', { parts: [{ tell }] }).open()
  const answer = await fetchHandler(opened)(
    new Request('http://shop.example/endless/Tell', { method: 'POST', headers: json, body: '{}' }),
  )
  const reader = answer.body!.getReader()
  await reader.read()
  expect(await settled(() => seen.yielded)).toBeLessThan(5)
  await reader.cancel()
  await until(() => seen.ended)
  await opened.close({ graceMs: 60_000 })
})

test('over a socket, a body waits for a slow reader, and ends when the reader leaves', async () => {
  const { tell, seen } = endless()
  const part = http({ port: 0 })
  const opened = await app('endless', { parts: [{ tell }, part] }).open()
  await opened.start()
  const socket = connect(Number(new URL(part.url!).port), '127.0.0.1')
  socket.write(
    'POST /endless/Tell HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
  )
  await new Promise((resolve) => socket.once('readable', resolve))
  // What the system's socket buffers take is some megabytes; an endless body that did not wait would pass any bound.
  expect(await settled(() => seen.yielded)).toBeLessThan(500)
  socket.destroy()
  await until(() => seen.ended)
  await opened.close({ graceMs: 60_000 })
})

test('events carry the same pieces, and a reader that saw the end is told to stop', async () => {
  await using served = await serve()
  const accept = { accept: 'text/event-stream' }
  const { status, headers, body } = await served.post('/shop/Count', { to: 2 }, accept)
  expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
    200,
    'text/event-stream',
    'no-store',
  ])
  expect((body as string).split('\n\n')).toEqual([
    'event: item\ndata: {"n":1,"filler":""}',
    'event: progress\ndata: {"done":2,"total":2}',
    'event: item\ndata: {"n":2,"filler":""}',
    'event: value\nid: end\ndata: {"total":2}',
    '',
  ])
  const failing = await served.post('/shop/Count', { to: 2, failAt: 2 }, accept)
  expect(failing.body).toMatch(/\nevent: errors\nid: end\ndata: \[\{"code":"Stopped"/)
  const again = await served.ask('/shop/Greet?name=Bo', { headers: { ...accept, 'last-event-id': 'end' } })
  expect([again.status, again.body]).toEqual([204, ''])
  const whole = await served.ask('/shop/Greet?name=Bo', { headers: accept })
  expect(whole.body).toBe('event: value\nid: end\ndata: {"text":"hello Bo"}\n\n')
})
