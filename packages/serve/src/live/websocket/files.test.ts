import { createHash } from 'node:crypto'
import { app, command, file, fileFrom, stream, StreamedFile } from '@heddle/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { codesOf, LiveClient } from '../../../test/live-client.ts'
import { http } from '../../http/http.ts'
import { webSocket } from './web-socket.ts'

const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')
const image = file({ maxBytes: 1_000_000, types: ['image/*'] })

const upload = command('gallery.Upload', {
  input: z.object({ title: z.string(), photo: image, second: image.optional(), more: z.array(image).default([]) }),
  output: z.object({ name: z.string().optional(), sha256: z.string(), bytes: z.int() }),
  access: 'public',
  async run({ input: { photo, second, more } }) {
    const content = await photo.bytes()
    const others = [...(second ? [second] : []), ...more]
    let bytes = content.byteLength
    for (const other of others) bytes += (await other.bytes()).byteLength
    return { name: photo.name, sha256: sha256(content), bytes }
  },
})
let letRead: () => void
const slow = command('gallery.Slow', {
  input: z.object({ photo: image }),
  output: stream(z.int(), z.object({ bytes: z.int() })),
  access: 'public',
  async *run({ input: { photo } }) {
    yield 0
    await new Promise<void>((resolve) => (letRead = resolve))
    return { bytes: (await photo.bytes()).byteLength }
  },
})
const ignore = command('gallery.Ignore', {
  input: z.object({ photo: image }),
  output: z.object({}),
  errors: { NotWanted: z.object({}) },
  access: 'public',
  run: ({ fail }) => fail.NotWanted({}),
})
const content = Buffer.from(Array.from({ length: 900_000 }, (_, index) => (index * 7) % 251))
const download = command('gallery.Download', {
  kind: 'query',
  input: z.object({ isBroken: z.boolean().default(false) }),
  output: file(),
  access: 'public',
  run({ input: { isBroken } }) {
    if (!isBroken) return fileFrom(content, { name: 'cat.png', type: 'image/png' })
    return new StreamedFile(async function* () {
      yield content.subarray(0, 100)
      throw new Error('secret: the disk is gone')
    })
  },
})

const part = http({ port: 0, mounts: [webSocket()] })
const gallery = await app('gallery', { parts: [upload, slow, ignore, download, part] }).open()
beforeAll(() => gallery.start())
afterAll(() => gallery.close())
const connect = () => LiveClient.connect(part.url!)

/** Sends a file as fast as the server takes it. */
async function send(client: LiveClient, number: number, bytes: Uint8Array): Promise<void> {
  const window = 256 * 1024
  for (let sent = 0; sent < bytes.byteLength;) {
    const allowed = () =>
      client.told.reduce((sum, told) => (told.file === number ? sum + (told.more as number) : sum), window)
    await client.when(() => (allowed() > sent ? true : undefined))
    const piece = bytes.subarray(sent, Math.min(sent + 50_000, allowed()))
    client.sendBytes(number, piece)
    sent += piece.byteLength
  }
  client.sendBytes(number)
}

const received = (client: LiveClient, number: number) =>
  Buffer.concat(client.bytes.filter((frame) => frame.readUInt32BE() === number).map((frame) => frame.subarray(4)))

test('a file that is announced in an input comes in frames of its own', async () => {
  await using client = await connect()
  const photo = { upload: 1, type: 'image/png', name: 'cat.png', sizeBytes: content.byteLength }
  client.send({ id: 1, call: 'gallery.Upload', input: { title: 'x', photo } })
  await send(client, 1, content)
  const value = { name: 'cat.png', sha256: sha256(content), bytes: content.byteLength }
  expect(await client.end(1)).toEqual({ id: 1, value })

  const two = { title: 'x', photo: { upload: 3, type: 'image/png' }, second: { upload: 2, type: 'image/gif' } }
  client.send({ id: 2, call: 'gallery.Upload', input: two })
  await Promise.all([send(client, 2, content.subarray(0, 70_000)), send(client, 3, content.subarray(0, 5))])
  expect((await client.end(2)).value).toMatchObject({ bytes: 70_005 })

  const listed = {
    ...two,
    photo: { upload: 4, type: 'image/png' },
    second: undefined,
    more: [5, 6].map((upload) => ({ upload, type: 'image/png' })),
  }
  client.send({ id: 'list', call: 'gallery.Upload', input: listed })
  await Promise.all([4, 5, 6].map((number) => send(client, number, content.subarray(0, 10))))
  expect((await client.end('list')).value).toMatchObject({ bytes: 30 })

  const inline = { title: 'x', photo: `data:image/png;base64,${content.subarray(0, 6).toString('base64')}` }
  expect((await client.call(3, 'gallery.Upload', inline)).value).toMatchObject({ bytes: 6 })
})

test('what the type of a file does not take is refused, before it comes or while it does', async () => {
  await using client = await connect()
  const call = (id: number, photo: object) => client.call(id, 'gallery.Upload', { title: 'x', photo })
  expect(codesOf(await call(1, { upload: 1, type: 'text/plain' }))).toEqual(['InvalidValue photo'])
  expect(codesOf(await call(2, { upload: 2, type: 'image/png', sizeBytes: 1_000_001 }))).toEqual(['TooBig photo'])
  expect(codesOf(await call(3, { upload: 0, type: 'image/png' }))).toEqual(['Invalid photo'])
  expect(codesOf(await call(4, { upload: 9, more: 1 }))).toEqual(['Invalid photo'])
  expect(codesOf(await call(5, { upload: 2, type: 'image/png' }))).toEqual(['MalformedInput'])
  client.send({ id: 6, call: 'gallery.Upload', input: { title: 'x', photo: { upload: 10, type: 'image/png' } } })
  void send(client, 10, new Uint8Array(1_200_000))
  expect(codesOf(await client.end(6))).toEqual(['TooLarge'])
})

test('a sender that does not wait for its reader is told so, and holds up nobody else', async () => {
  await using client = await connect()
  client.send({ id: 1, call: 'gallery.Slow', input: { photo: { upload: 1, type: 'image/png' } } })
  await client.find((told) => told.item === 0)
  await send(client, 1, content.subarray(0, 256 * 1024))
  expect((await client.call(2, 'gallery.Ignore', { photo: 'AAAA' })).errors).toMatchObject([{ code: 'InvalidValue' }])
  expect(client.told.some((told) => 'more' in told)).toBe(false)
  letRead()
  expect((await client.end(1)).value).toEqual({ bytes: 256 * 1024 })

  client.send({ id: 3, call: 'gallery.Slow', input: { photo: { upload: 2, type: 'image/png' } } })
  await client.find((told) => told.id === 3 && told.item === 0)
  for (let times = 0; times < 6; times++) client.sendBytes(2, new Uint8Array(50_000))
  await client.call(4, 'gallery.Ignore', {})
  letRead()
  expect((await client.end(3)).errors).toMatchObject([{ code: 'LimitReached', data: { name: 'live.window' } }])
})

test('what comes for a call that is over is dropped', async () => {
  await using client = await connect()
  const photo = { upload: 1, type: 'image/png' }
  expect(codesOf(await client.call(1, 'gallery.Ignore', { photo }))).toEqual(['NotWanted'])
  client.sendBytes(1, content.subarray(0, 1000))
  client.sendBytes(1)
  await client.call(2, 'gallery.Ignore', {})
  expect(client.told.filter((told) => 'refused' in told)).toEqual([])
})

test('so many files at a time and no more', async () => {
  await using client = await connect()
  for (let number = 1; number <= 16; number++) {
    client.send({
      id: number,
      call: 'gallery.Upload',
      input: { title: 'x', photo: { upload: number, type: 'image/png' } },
    })
  }
  const photo = { upload: 17, type: 'image/png' }
  expect((await client.call(17, 'gallery.Upload', { title: 'x', photo })).errors).toMatchObject([
    { code: 'LimitReached', data: { name: 'live.files' } },
  ])
})

test('a file that a command gives comes in frames, as far as the client takes it', async () => {
  await using client = await connect()
  client.send({ id: 1, call: 'gallery.Download' })
  const facts = { type: 'image/png', name: 'cat.png', sizeBytes: content.byteLength }
  const { file: announced } = await client.find((told) => told.file !== undefined)
  expect(announced).toEqual({ number: 1, ...facts })
  await client.when(() => (received(client, 1).byteLength > 196_608 ? true : undefined))
  expect(received(client, 1).byteLength).toBeLessThanOrEqual(262_144)
  client.send({ file: 1, more: 1_000_000 })
  expect(await client.end(1)).toEqual({ id: 1, value: facts })
  expect(received(client, 1).equals(content)).toBe(true)
  expect(client.bytes.at(-1)!.byteLength).toBe(4)
})

test('a download can be cancelled, and one that breaks off says so without its insides', async () => {
  await using client = await connect()
  client.send({ id: 1, call: 'gallery.Download' })
  await client.when(() => (received(client, 1).byteLength > 196_608 ? true : undefined))
  client.send({ id: 1, cancel: true })
  expect(codesOf(await client.end(1))).toEqual(['Cancelled'])
  client.send({ id: 2, call: 'gallery.Download', input: { isBroken: true } })
  expect(codesOf(await client.end(2))).toEqual(['Internal'])
  expect(JSON.stringify(client.told)).not.toContain('secret')
})
