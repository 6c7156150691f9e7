import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { sinkHost } from '../testing/source-host.ts'
import { testSink } from '../testing/test-sink.ts'
import { httpSinkKind, type HttpSinkConfig } from './http.ts'
import type { SinkRecord } from './sink.ts'

interface Got {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const unknown = { kind: 'unknown' } as const
const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** A server that keeps what it is sent, once per idempotency key. @param answer the status, before anything is kept */
async function listening(answer: (got: Got) => number | Promise<number> = () => 200) {
  const kept: Got[] = []
  const keys = new Set<string>()
  const server = createServer((request, response) => {
    void (async () => {
      const pieces: Buffer[] = []
      for await (const piece of request) pieces.push(piece as Buffer)
      const got = { headers: request.headers, body: String(Buffer.concat(pieces)) }
      const status = await answer(got)
      const key = got.headers['idempotency-key'] as string | undefined
      if (status < 300 && (key === undefined || !keys.has(key))) kept.push(got)
      if (key !== undefined) keys.add(key)
      response.writeHead(status, { 'retry-after': '1' }).end()
    })()
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`
  const values = () => kept.flatMap(({ body }) => body.trim().split('\n')).map((line) => JSON.parse(line) as unknown)
  return { url, kept, values }
}

const contract = (name: string, config: Omit<HttpSinkConfig, 'url'>) =>
  testSink(name, async () => {
    let held: Promise<void> | undefined
    const { url, values } = await listening(async () => {
      await held
      return 200
    })
    return {
      sink: httpSinkKind.create({ url, concurrency: 1, ...config }, unknown),
      read: values,
      block() {
        const { promise, resolve } = Promise.withResolvers<void>()
        held = promise
        return () => {
          held = undefined
          resolve()
        }
      },
    }
  })

contract('http, idempotent', { idempotent: true })
contract('http, plain', {})
contract('http, lines', { send: 'lines' })

const record = (n: number): SinkRecord => ({ id: `source/0/${n}`, value: { n }, key: undefined, time: 0, weight: 1 })
const fast = {
  after(delayMs: number, fire: () => void) {
    if (delayMs < 10_000) queueMicrotask(fire)
    return () => {}
  },
}

test('sends the name of the record as idempotency key, and headers from the environment', async () => {
  const { url, kept } = await listening()
  process.env['HEDDLE_TEST_TOKEN'] = 'secret'
  const headers = { authorization: { env: 'HEDDLE_TEST_TOKEN' } }
  const sink = httpSinkKind.create({ url: `${url}?key=1`, idempotent: true, headers }, unknown)
  const open = await sink.open(sinkHost())
  await open.write([record(4)], 1, true)
  expect(kept[0]!.headers).toMatchObject({ 'idempotency-key': 'test.Job/sink/source/0/4', authorization: 'secret' })
  expect(JSON.stringify(sink.describe())).not.toMatch(/key=1|secret/)
  delete process.env['HEDDLE_TEST_TOKEN']
  expect(() => sink.open(sinkHost())).toThrow('HEDDLE_TEST_TOKEN, which is not set')
})

test('asks again while the server has no room, and keeps what it refuses as dead letters', async () => {
  const answers = [503, 429, 200, 400, 200]
  const { url, values } = await listening(() => answers.shift()!)
  const refused: string[] = []
  const host = sinkHost()
  const open = await httpSinkKind.create({ url, concurrency: 1 }, unknown).open({
    ...host,
    ports: { ...host.ports, timers: fast },
    refuse: ({ id }, [failure]) => refused.push(`${id}: ${failure!.message}`),
  })
  await open.write([record(1), record(2), record(3)], 1)
  expect(values()).toEqual([{ n: 1 }, { n: 3 }])
  expect(refused).toEqual([expect.stringMatching(/^source\/0\/2: .* answered 400\.$/)])
})

test('stops asking when the job is aborted', async () => {
  const { url } = await listening(() => 503)
  const aborting = new AbortController()
  const open = await httpSinkKind.create({ url }, unknown).open(sinkHost({ signal: aborting.signal }))
  const writing = open.write([record(1)], 1)
  aborting.abort(new Error('enough'))
  await expect(writing).rejects.toThrow('enough')
})

test('says that one idempotency key cannot name many records', () => {
  const { error } = httpSinkKind.config.safeParse({ url: 'http://a.b/', send: 'lines', idempotent: true })
  expect(error?.issues[0]?.message).toContain('names one record')
  for (const example of httpSinkKind.examples) httpSinkKind.config.parse(example)
})
