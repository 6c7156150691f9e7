import { app, command, file, stream } from '@heddle/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { LiveClient } from '../../../test/live-client.ts'
import { http } from '../../http/http.ts'
import { webSocket } from './web-socket.ts'

let running = 0
let onEnd: () => void = () => undefined

/** Runs until it is ended, and is counted while it does. */
const hold = command('fuzz.Hold', {
  input: z.object({ ms: z.int().positive(), note: z.string().optional() }),
  output: stream(z.int(), z.object({})),
  access: 'public',
  async *run({ input: { ms }, ctx }) {
    running++
    try {
      yield 1
      await ctx.sleep(ms)
      return {}
    } finally {
      running--
      onEnd()
    }
  },
})
const take = command('fuzz.Take', {
  input: z.object({ photo: file({ maxBytes: 1000 }) }),
  output: file(),
  access: 'public',
  async run({ input: { photo } }) {
    running++
    try {
      return await photo.bytes().then((bytes) => photo.with({ sizeBytes: bytes.byteLength }))
    } finally {
      running--
      onEnd()
    }
  },
})
const greet = command('fuzz.Greet', {
  kind: 'query',
  input: z.object({ name: z.string() }),
  output: z.object({ text: z.string() }),
  access: 'public',
  run: ({ input: { name } }) => ({ text: `hello ${name}` }),
})

const part = http({ port: 0, mounts: [webSocket({ maxCalls: 5 })], maxBodyBytes: 10_000 })
const fuzzed = await app('fuzz', { parts: [hold, take, greet, part] }).open()
beforeAll(() => fuzzed.start())
afterAll(() => fuzzed.close({ graceMs: 60_000 }))

const id = fc.oneof(fc.constantFrom<unknown>(1, 2, 3, 'a', '__proto__', -0), fc.jsonValue())
const command_ = fc.oneof(
  fc.constantFrom('fuzz.Hold', 'fuzz.Take', 'fuzz.Greet', 'fuzz', '__proto__', 'toString'),
  fc.string(),
)
const input = fc.oneof(
  fc.constantFrom<object>({ ms: 3_600_000 }, { ms: 1 }, { name: 'Bo' }, { photo: 'AAAA' }),
  fc.record({ photo: fc.record({ upload: fc.nat(5), type: fc.string() }, { requiredKeys: ['upload'] }) }),
  fc.jsonValue(),
)
const frame = fc.oneof(
  fc.record(
    {
      id,
      call: command_,
      input,
      key: fc.oneof(fc.string(), fc.jsonValue()),
      timeout: fc.oneof(fc.double(), fc.constant(0.01)),
      tenant: fc.string(),
      trace: fc.string(),
      fences: fc.oneof(fc.constant('a=1'), fc.jsonValue()),
    },
    { requiredKeys: ['id', 'call', 'input'] },
  ),
  fc.record({ id, call: fc.constantFrom('fuzz.Hold', 'fuzz.Take'), input }),
  fc.record({ id, cancel: fc.oneof(fc.constant(true), fc.jsonValue()) }),
  fc.record({
    id,
    subscribe: fc.oneof(
      fc.record({ query: command_, input }),
      fc.record({ events: fc.array(fc.string(), { maxLength: 3 }), after: fc.oneof(fc.nat(), fc.jsonValue()) }),
      fc.jsonValue(),
    ),
  }),
  fc.record({ authorization: fc.oneof(fc.string(), fc.jsonValue()) }),
  fc.record({ file: fc.nat(5), more: fc.oneof(fc.maxSafeNat(), fc.jsonValue()) }),
  fc.jsonValue(),
)
const text = frame.map((value) => JSON.stringify(value))
const broken = fc
  .tuple(text, fc.nat(80), fc.string({ unit: 'binary', maxLength: 3 }))
  .map(([json, at, piece]) => (json.slice(0, at) + piece + json.slice(at + 1)).toWellFormed())
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 100 }),
  fc
    .tuple(fc.nat(5), fc.uint8Array({ maxLength: 400 }))
    .map(([number, piece]) => new Uint8Array([0, 0, 0, number, ...piece])),
)
const sent = fc.array(fc.oneof({ weight: 4, arbitrary: text }, broken, bytes), { maxLength: 25 })

test('random frames never bring the server down, are answered soundly, and leave no call running', async () => {
  await fc.assert(
    fc.asyncProperty(sent, async (frames) => {
      const client = await LiveClient.connect(part.url!)
      for (const one of frames) client.ws.send(one)
      // Frames are read in their order: when this is answered, all were.
      client.send({ id: 'last', call: 'fuzz.Greet', input: { name: 'Bo' } })
      const { value, errors } = await client.end('last')
      expect(value !== undefined || JSON.stringify(errors).includes('live.calls')).toBe(true)
      for (const told of client.told) {
        const kinds = ['item', 'progress', 'value', 'file', 'errors', 'principal'].filter((kind) => kind in told)
        expect([told, kinds.length]).toEqual([told, 1])
        for (const error of (told.errors ?? []) as object[])
          expect(Object.keys(error)).toEqual(expect.arrayContaining(['code', 'key', 'path', 'message', 'retry']))
      }
      expect(JSON.stringify(client.told)).not.toMatch(/"stack"|node_modules|at file:/)
      await client[Symbol.asyncDispose]()
      await new Promise<void>((resolve) => {
        onEnd = () => void (running === 0 && resolve())
        onEnd()
      })
    }),
    { numRuns: 300 },
  )
})

test('bytes that are no frames of the protocol close the connection and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 2, maxLength: 200 }), async (noise) => {
      const client = await LiveClient.connect(part.url!)
      const { _socket: socket } = client.ws as unknown as { _socket: { write(piece: Uint8Array): void } }
      socket.write(new Uint8Array(noise))
      client.ws.terminate()
      await client.closed
    }),
    { numRuns: 100 },
  )
  await using client = await LiveClient.connect(part.url!)
  expect((await client.call(1, 'fuzz.Greet', { name: 'Bo' })).value).toEqual({ text: 'hello Bo' })
})
