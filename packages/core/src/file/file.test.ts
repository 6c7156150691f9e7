import { z } from 'zod'
import { expect, test } from 'vitest'
import { app } from '../app/define.ts'
import { command } from '../command/command.ts'
import { jsonSchemaOf } from '../schema/json-schema.ts'
import { file } from './file.ts'
import { fileFrom, toDataUrl } from './file-from.ts'
import { fileListPlaces, filePlaces } from './file-places.ts'
import { StreamedFile } from './streamed-file.ts'

const photo = z.object({ title: z.string(), photo: file({ maxBytes: 8, types: ['image/*', 'text/plain'] }) })
const measure = command('gallery.Measure', {
  input: photo,
  output: z.object({ bytes: z.int(), type: z.string() }),
  access: 'public',
  async run({ input: { photo: given } }) {
    let bytes = 0
    for await (const chunk of given.stream()) bytes += chunk.byteLength
    return { bytes, type: given.type }
  },
})
const gallery = await app('gallery', { parts: [measure] }).open()
const text = (content: string, type = 'text/plain') => new Blob([content], { type })
const call = (given: unknown) => gallery.callByName('gallery.Measure', { title: 'x', photo: given }, { from: 'json' })

test('a file comes as a Blob, as base64, as a data: URL or as a stream', async () => {
  expect(await call(text('12345'))).toEqual({ ok: true, value: { bytes: 5, type: 'text/plain' } })
  expect(await call('data:image/png;base64,AAECAw==')).toEqual({ ok: true, value: { bytes: 4, type: 'image/png' } })
  const streamed = new StreamedFile(
    async function* () {
      yield new Uint8Array(3)
      yield new Uint8Array(4)
    },
    { type: 'image/png' },
  )
  expect(await call(streamed)).toMatchObject({ ok: true, value: { bytes: 7 } })
  expect(await call(fileFrom('AAECAw==', { type: 'image/gif' }))).toMatchObject({ ok: true, value: { bytes: 4 } })
})

test('what is no file, of another type or too large is an input error at its place', async () => {
  const codes = async (given: unknown) => {
    const outcome = await call(given)
    return outcome.ok || outcome.errors.map(({ code, path }) => `${path.join('/')} ${code}`)
  }
  expect(await codes('no base64!')).toEqual(['photo Invalid'])
  expect(await codes({})).toEqual(['photo Invalid'])
  expect(await codes(text('x', 'application/pdf'))).toEqual(['photo InvalidValue'])
  expect(await codes(text('123456789'))).toEqual(['photo TooBig'])
})

test('a stream that turns out too large ends the call while it comes', async () => {
  let sent = 0
  const endless = new StreamedFile(
    async function* () {
      for (; ; sent++) yield new Uint8Array(4)
    },
    { type: 'image/png' },
  )
  expect(await call(endless)).toMatchObject({
    errors: [{ code: 'TooLarge', data: { limit: 8, name: 'file.maxBytes' } }],
  })
  expect(sent).toBe(2)
})

test('bytes that pass once cannot be read twice, others can, also in part', async () => {
  const passing = new StreamedFile(async function* () {
    yield new Uint8Array(1)
  })
  await passing.bytes()
  expect(() => passing.stream()).toThrow(TypeError)
  const kept = fileFrom(Buffer.from('0123456789'), { name: 'digits.txt', type: 'text/plain' })
  expect([await kept.text(), await kept.text()]).toEqual(['0123456789', '0123456789'])
  const part: Uint8Array[] = []
  for await (const chunk of kept.stream({ start: 2, end: 5 })) part.push(chunk)
  expect(Buffer.concat(part).toString()).toBe('234')
  expect(await toDataUrl(kept)).toBe('data:text/plain;base64,MDEyMzQ1Njc4OQ==')
  expect(JSON.parse(JSON.stringify(kept))).toEqual({ name: 'digits.txt', type: 'text/plain', sizeBytes: 10 })
})

test('the JSON Schema of a file says what it may be, and its places are found', () => {
  const json = {
    type: 'string',
    contentEncoding: 'base64',
    'x-file': { maxBytes: 8, types: ['image/*', 'text/plain'] },
  }
  for (const side of ['input', 'output'] as const) {
    expect(jsonSchemaOf(photo, side)).toMatchObject({ properties: { photo: json } })
  }
  expect(jsonSchemaOf(file({ types: ['image/png'] }), 'output')).toMatchObject({ contentMediaType: 'image/png' })
  expect(filePlaces(photo).map(({ path }) => path)).toEqual([['photo']])
  expect(filePlaces(z.object({ a: file().optional(), b: z.object({ c: file().describe('c') }) }))).toHaveLength(2)
  const lists = z.object({
    a: z.array(file({ maxBytes: 5 })).optional(),
    b: z.object({ c: z.array(file()) }),
    d: file(),
  })
  expect(fileListPlaces(lists).map(({ path }) => path)).toEqual([['a'], ['b', 'c']])
  expect(filePlaces(lists).map(({ path }) => path)).toEqual([['d']])
})
