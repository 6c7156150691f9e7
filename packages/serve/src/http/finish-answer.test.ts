import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, createGunzip, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { app, command, type Part, stream } from '@heddle/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { serve, type Served } from '../../test/serving.ts'
import { count, findItems, greet, shop } from '../../test/shop.ts'
import { chooseCoding } from './coding.ts'
import { fetchHandler } from './fetch-handler.ts'
import { http } from './http.ts'

let rows = 100
const list = command('big.List', {
  kind: 'query',
  access: 'public',
  input: z.object({}),
  output: z.array(z.string()),
  run: () => Array.from({ length: rows }, (_, index) => `row ${index} of many`),
})

/** Each item waits until the one before it was read. */
let told: (() => void) | undefined
const slowly = command('big.Slowly', {
  access: 'public',
  input: z.object({}),
  output: stream(z.string(), z.object({})),
  async *run() {
    for (const item of ['first', 'second']) {
      yield item
      await new Promise<void>((resolve) => (told = resolve))
    }
    return {}
  },
})

const big: Part = {
  kind: { name: 'big', compare: () => [] },
  name: 'big',
  describe: () => ({}),
  commands: [list, slowly],
}

let served: Served
beforeAll(async () => {
  served = await serve({ maxAge: { 'shop.FindItems': '90s' } }, big)
})
afterAll(() => served[Symbol.asyncDispose]())

/** The answer as it comes: `fetch` would decompress it. */
function plain(path: string, headers: Record<string, string> = {}, method = 'GET', body?: string) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const sent = request(served.url + path, { method, headers }, (incoming) => {
      buffer(incoming).then((bytes) => {
        resolve({ status: incoming.statusCode!, headers: incoming.headers, body: bytes })
      }, reject)
    })
    sent.on('error', reject).end(body)
  })
}

describe('a query', () => {
  test('has a tag, and is not sent again to whoever names it', async () => {
    const first = await served.ask('/shop/Greet?name=Bo')
    const etag = first.headers.get('etag')!
    expect(etag).toMatch(/^"[\w-]{27}"$/)
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await served.ask('/shop/Greet?name=Bo', { headers: { 'if-none-match': known } })
      expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, '', etag])
      expect([again.headers.get('content-length'), again.headers.get('content-type')]).toEqual([null, null])
    }
    const other = await served.ask('/shop/Greet?name=Al', { headers: { 'if-none-match': etag } })
    expect(other.status).toBe(200)
    expect((await served.ask('/shop/Greet?name=Bo', { method: 'HEAD' })).headers.get('etag')).toBe(etag)
  })

  test('that says something else has another tag', async () => {
    const before = await served.ask('/big/List')
    rows++
    const headers = { 'if-none-match': before.headers.get('etag')! }
    expect((await served.ask('/big/List', { headers })).status).toBe(200)
    rows--
    expect((await served.ask('/big/List', { headers })).status).toBe(304)
  })

  test('may be kept for as long as the app says, by the one who asked where senders are told apart', async () => {
    const kept = async (options: object, path: string) => {
      await using one = await serve(options)
      return (await one.ask(path)).headers.get('cache-control')
    }
    expect((await served.ask('/shop/FindItems?origin.code=LAX')).headers.get('cache-control')).toBe(
      'private, max-age=90',
    )
    expect((await served.ask('/shop/Greet?name=Bo')).headers.get('cache-control')).toBe('private, no-cache')
    expect(await kept({ authenticate: undefined }, '/shop/Greet?name=Bo')).toBe('no-cache')
    expect(await kept({ authenticate: undefined, maxAge: { 'shop.Greet': '1m' } }, '/shop/Greet?name=Bo')).toBe(
      'max-age=60',
    )
  })

  test('by POST, a command and a problem are not kept', async () => {
    const posted = await served.post('/shop/Greet', { name: 'Bo' })
    expect([posted.headers.get('etag'), posted.headers.get('cache-control')]).toEqual([null, null])
    expect((await served.ask('/shop/Greet')).headers.get('cache-control')).toBe('no-store')
  })
})

test('an age of something that is no query stops the start', async () => {
  const opened = await shop(http({ port: 0, maxAge: { 'shop.Order': '1m' } })).open()
  await expect(opened.start()).rejects.toThrow('maxAge of shop.Order: it is no query of the app')
  await opened.close()
})

describe('compression', () => {
  const unpack = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync }

  test.each(Object.entries(unpack))('%s gives the same bytes, fewer on the way', async (coding, open) => {
    const whole = await plain('/big/List')
    const packed = await plain('/big/List', { 'accept-encoding': coding })
    expect(packed.headers).toMatchObject({ 'content-encoding': coding, vary: 'accept-encoding' })
    expect(Number(packed.headers['content-length'])).toBe(packed.body.byteLength)
    expect(packed.body.byteLength).toBeLessThan(whole.body.byteLength / 2)
    expect(open(packed.body)).toEqual(whole.body)
    expect(packed.headers.etag).toBe(`${String(whole.headers.etag).slice(0, -1)}-${coding}"`)
    for (const tag of [packed.headers.etag, whole.headers.etag]) {
      const known = { 'accept-encoding': coding, 'if-none-match': String(tag) }
      const again = await plain('/big/List', known)
      expect([again.status, again.headers.vary, again.headers.etag]).toEqual([
        304,
        'accept-encoding',
        packed.headers.etag,
      ])
    }
  })

  test('leaves alone what is short, and what the client wants as it is', async () => {
    const short = await plain('/shop/Greet?name=Bo', { 'accept-encoding': 'gzip' })
    expect([short.headers['content-encoding'], short.headers.vary]).toEqual([undefined, undefined])
    const asIs = await plain('/big/List', { 'accept-encoding': 'gzip;q=0, identity' })
    expect([asIs.headers['content-encoding'], asIs.headers.vary]).toEqual([undefined, 'accept-encoding'])
    await using off = await serve({ compression: false })
    expect((await off.ask('/', { headers: { 'accept-encoding': 'gzip' } })).headers.get('content-encoding')).toBeNull()
  })

  test('takes the coding that the client wants most, and of equals the best', () => {
    expect(chooseCoding('gzip, br, zstd')).toBe('zstd')
    expect(chooseCoding('gzip;q=1.0, br;q=0.5')).toBe('gzip')
    expect(chooseCoding('deflate')).toBeUndefined()
    expect(chooseCoding('*')).toBe('zstd')
    expect(chooseCoding('*, zstd;q=0')).toBe('br')
    expect(chooseCoding('identity, gzip;q=0.5')).toBeUndefined()
    expect(chooseCoding('GZIP;q=nonsense')).toBeUndefined()
    expect(chooseCoding(undefined)).toBeUndefined()
  })

  test('tells each line of a stream while the next is made', async () => {
    const lines: string[] = []
    await new Promise<void>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'accept-encoding': 'gzip' }
      const sent = request(`${served.url}/big/Slowly`, { method: 'POST', headers }, (incoming) => {
        expect(incoming.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
        const unpacked = incoming.pipe(createGunzip())
        // The command goes on only because its line was read here.
        unpacked.on('data', (chunk: Buffer) => {
          lines.push(...chunk.toString().trim().split('\n'))
          told?.()
        })
        unpacked.on('end', resolve).on('error', reject)
      })
      sent.on('error', reject).end('{}')
    })
    expect(lines).toEqual(['{"item":"first"}', '{"item":"second"}', '{"value":{}}'])
  })

  test.each(Object.entries(unpack))(
    'a long stream in %s comes whole, also over the fetch handler',
    async (coding, open) => {
      const headers = { 'content-type': 'application/json', 'accept-encoding': coding }
      const body = JSON.stringify({ to: 300, size: 1000 })
      const packed = await plain('/shop/Count', headers, 'POST', body)
      const lines = open(packed.body).toString().trim().split('\n')
      expect(lines.filter((line) => line.startsWith('{"item"'))).toHaveLength(300)
      expect(lines.at(-1)).toBe('{"value":{"total":300}}')
      const handle = fetchHandler(await app('shop', { parts: [count] }).open())
      const answer = await handle(new Request('http://shop.example/shop/Count', { method: 'POST', headers, body }))
      expect(answer.headers.get('content-encoding')).toBe(coding)
      const again = open(Buffer.from(await answer.arrayBuffer())).toString()
      expect(
        again
          .trim()
          .split('\n')
          .filter((line) => line.startsWith('{"item"')),
      ).toHaveLength(300)
    },
  )

  test('over the fetch handler gives the same bytes', async () => {
    const handle = fetchHandler(await app('shop', { parts: [greet, findItems, list] }).open())
    const answer = await handle(new Request('http://shop.example/big/List', { headers: { 'accept-encoding': 'zstd' } }))
    expect(answer.headers.get('content-encoding')).toBe('zstd')
    expect(JSON.parse(zstdDecompressSync(await answer.arrayBuffer()).toString())).toHaveLength(rows)
  })
})
