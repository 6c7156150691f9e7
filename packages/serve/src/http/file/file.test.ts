import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { app, command, file, fileFrom, StreamedFile } from '@heddle/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { fetchHandler } from '../fetch-handler.ts'
import { http } from '../http.ts'
import { parseRange } from './parse-range.ts'

const image = file({ maxBytes: 1_000_000, types: ['image/*', 'text/plain', 'application/json'] })
const upload = command('gallery.Upload', {
  input: z.object({ title: z.string(), stars: z.int().default(0), photo: image }),
  output: z.object({
    title: z.string(),
    stars: z.int(),
    name: z.string().optional(),
    type: z.string(),
    sha256: z.string(),
    bytes: z.int(),
  }),
  access: 'public',
  async run({ input: { title, stars, photo } }) {
    const hash = createHash('sha256')
    let bytes = 0
    for await (const chunk of photo.stream()) {
      hash.update(chunk)
      bytes += chunk.byteLength
    }
    return { title, stars, name: photo.name, type: photo.type, sha256: hash.digest('hex'), bytes }
  },
})
const ignore = command('gallery.Ignore', {
  input: z.object({ photo: image }),
  output: z.object({}),
  errors: { NotWanted: z.object({}) },
  access: 'public',
  run: ({ fail }) => fail.NotWanted({}),
})
const content = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251))
const sha256 = createHash('sha256').update(content).digest('hex')
const download = command('gallery.Download', {
  kind: 'query',
  input: z.object({ type: z.string().default('image/png'), once: z.boolean().default(false) }),
  output: file(),
  access: 'public',
  run({ input: { type, once } }) {
    if (once) {
      return new StreamedFile(
        async function* () {
          yield content
        },
        { type },
      )
    }
    return fileFrom(content, { name: 'Kätzchen "1".png', type, sha256 })
  },
})

let base: string
const gallery = await app('gallery', { parts: [upload, ignore, download, http({ port: 0 })] }).open()
beforeAll(async () => {
  const [line] = await gallery.start()
  base = /http:\/\/[^\s/]+/.exec(line!)![0]
})
afterAll(() => gallery.close())

const form = (...fields: [string, string | Blob, string?][]) => {
  const data = new FormData()
  for (const [name, value, fileName] of fields) {
    if (typeof value === 'string') data.append(name, value)
    else data.append(name, value, fileName)
  }
  return data
}
const photo = new Blob([content], { type: 'image/png' })
const whole = { sha256, bytes: content.byteLength }

describe.each([
  ['over HTTP', (path: string, init?: RequestInit) => fetch(base + path, init)],
  [
    'by the Fetch handler',
    (path: string, init?: RequestInit) => fetchHandler(gallery)(new Request(`http://localhost${path}`, init)),
  ],
])('%s', (_how, send) => {
  const post = async (path: string, init: RequestInit) => {
    const response = await send(path, { method: 'POST', ...init })
    return {
      status: response.status,
      body: (await response.json()) as Record<string, unknown> & { errors?: { code: string; message: string }[] },
    }
  }

  test('a form brings a file and its fields', async () => {
    const { status, body } = await post('/gallery/Upload', {
      body: form(['title', 'Kätzchen & co'], ['stars', '5'], ['photo', photo, 'cat.png']),
    })
    expect({ status, body }).toEqual({
      status: 200,
      body: { title: 'Kätzchen & co', stars: 5, name: 'cat.png', type: 'image/png', ...whole },
    })
  })

  test('the body itself is the file, with the fields in the query', async () => {
    const { status, body } = await post('/gallery/Upload?title=cat&stars=2', {
      body: photo,
      headers: { 'content-type': 'image/png', 'content-disposition': 'attachment; filename="raw.png"' },
    })
    expect({ status, body }).toEqual({
      status: 200,
      body: { title: 'cat', stars: 2, name: 'raw.png', type: 'image/png', ...whole },
    })
  })

  test('a name may have odd signs, in a form and in a header, and no folders', async () => {
    const named = async (init: RequestInit, query = '') => (await post(`/gallery/Upload${query}`, init)).body.name
    expect(await named({ body: form(['title', 'x'], ['photo', photo, 'Kätzchen "1" 猫.png']) })).toBe(
      'Kätzchen "1" 猫.png',
    )
    expect(await named({ body: form(['title', 'x'], ['photo', photo, '../../cat.png']) })).toBe('cat.png')
    const disposition = "attachment; filename=x; filename*=UTF-8''..%2FK%C3%A4tzchen%20%221%22.png"
    const headers = { 'content-type': 'image/png', 'content-disposition': disposition }
    expect(await named({ body: photo, headers }, '?title=x')).toBe('Kätzchen "1".png')
  })

  test('JSON brings it as base64', async () => {
    const { body } = await post('/gallery/Upload', {
      body: JSON.stringify({ title: 'x', photo: `data:image/gif;base64,${content.toString('base64')}` }),
      headers: { 'content-type': 'application/json' },
    })
    expect(body).toMatchObject({ type: 'image/gif', ...whole })
  })

  test('what does not fit is refused, with the reason', async () => {
    const refused = async (path: string, init: RequestInit) => {
      const { status, body } = await post(path, init)
      return [status, ...(body.errors ?? []).map(({ code }) => code)]
    }
    const pdf = new Blob(['x'], { type: 'application/pdf' })
    expect(await refused('/gallery/Upload', { body: form(['title', 'x'], ['photo', pdf, 'a.pdf']) })).toEqual([
      400,
      'InvalidValue',
    ])
    expect(await refused('/gallery/Upload', { body: form(['title', 'x']) })).toEqual([400, 'MalformedInput'])
    expect(await refused('/gallery/Upload', { body: form(['photo', photo, 'a.png'], ['title', 'x']) })).toEqual([
      400,
      'InvalidType',
    ])
    expect(
      await refused('/gallery/Upload', { body: form(['title', 'x'], ['photo', photo, 'a.png'], ['stars', '1']) }),
    ).toEqual([400, 'MalformedInput'])
    expect(await refused('/gallery/Upload', { body: form(['title', 'x'], ['other', photo, 'a.png']) })).toEqual([
      400,
      'MalformedInput',
    ])
    expect(
      await refused('/gallery/Upload', { body: form(['title', 'x'], ['photo', photo, 'a'], ['photo', photo, 'b']) }),
    ).toEqual([400, 'MalformedInput'])
    expect(await refused('/gallery/Upload?title=y', { body: form(['title', 'x'], ['photo', photo, 'a.png']) })).toEqual(
      [400, 'DuplicateKey'],
    )
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    expect(
      await refused('/gallery/Upload', {
        body: '--x\r\ncontent-disposition: form-data; name="photo"; filename="a"\r\ncontent-type: image/png\r\n\r\nhalf',
        headers,
      }),
    ).toEqual([400, 'InvalidType'])
    expect(
      await refused('/gallery/Upload?title=x', {
        body: '--x\r\ncontent-disposition: form-data; name="photo"; filename="a"\r\ncontent-type: image/png\r\n\r\nhalf',
        headers,
      }),
    ).toEqual([400, 'MalformedInput'])
    expect(
      await refused('/gallery/Upload?title=x', { body: 'nothing', headers: { 'content-type': 'multipart/form-data' } }),
    ).toEqual([400, 'MalformedInput'])
    // A length that is told is looked at before the file comes.
    const body = new Uint8Array(1_000_001)
    const [, code] = await refused('/gallery/Upload?title=x', { body, headers: { 'content-type': 'image/png' } })
    expect(code).toMatch(/^Too(Big|Large)$/)
    const big = form(['title', 'x'], ['photo', new Blob([new Uint8Array(1_000_001)], { type: 'image/png' }), 'big.png'])
    expect(await refused('/gallery/Upload', { body: big })).toEqual([413, 'TooLarge'])
  })

  test('a command that does not read the file answers all the same', async () => {
    const big = new Blob([new Uint8Array(900_000)], { type: 'image/png' })
    const { status, body } = await post('/gallery/Ignore', { body: form(['photo', big, 'a.png']) })
    expect([status, body.errors![0]!.code]).toEqual([422, 'NotWanted'])
    expect((await post('/gallery/Ignore', { body: big, headers: { 'content-type': 'image/png' } })).status).toBe(422)
  })

  test('a file goes out whole or in part, and a browser may not guess what it is', async () => {
    const found = await send('/gallery/Download')
    expect(found.status).toBe(200)
    expect(Object.fromEntries(found.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': '1000',
      'accept-ranges': 'bytes',
      etag: `"${sha256}"`,
      'x-content-type-options': 'nosniff',
      'content-disposition': `inline; filename="K_tzchen _1_.png"; filename*=UTF-8''K%C3%A4tzchen%20%221%22.png`,
    })
    expect(Buffer.from(await found.arrayBuffer()).equals(content)).toBe(true)

    const part = await send('/gallery/Download', { headers: { range: 'bytes=10-19' } })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 10-19/1000'])
    expect(Buffer.from(await part.arrayBuffer()).equals(content.subarray(10, 20))).toBe(true)
    const beyond = await send('/gallery/Download', { headers: { range: 'bytes=1000-' } })
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */1000'])
    const changed = await send('/gallery/Download', { headers: { range: 'bytes=0-1', 'if-range': '"other"' } })
    expect([changed.status, (await changed.arrayBuffer()).byteLength]).toEqual([200, 1000])
    expect((await send('/gallery/Download', { headers: { 'if-none-match': `"${sha256}"` } })).status).toBe(304)

    const page = await send('/gallery/Download?type=text%2Fhtml')
    expect(page.headers.get('content-disposition')).toMatch(/^attachment;/)
    expect(page.headers.get('content-security-policy')).toContain('sandbox')
    const once = await send('/gallery/Download?once=true', { headers: { range: 'bytes=0-1' } })
    expect([once.status, (await once.arrayBuffer()).byteLength]).toEqual([200, 1000])
  })
})

test('a sender that leaves in the middle ends the call, and the server goes on', async () => {
  const { port } = new URL(base)
  await new Promise<void>((resolve) => {
    const headers = { 'content-type': 'image/png', 'content-length': 500_000 }
    const sent = request({ port, method: 'POST', path: '/gallery/Upload?title=x', headers })
    sent.on('error', () => undefined).on('close', resolve)
    sent.write(new Uint8Array(100_000), () => sent.destroy())
  })
  expect((await fetch(`${base}/gallery/Download`)).status).toBe(200)
})

test.each([
  ['bytes=0-0', { start: 0, end: 1 }],
  ['bytes=5-', { start: 5, end: 10 }],
  ['bytes=5-99', { start: 5, end: 10 }],
  ['bytes=-3', { start: 7, end: 10 }],
  ['bytes=-99', { start: 0, end: 10 }],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=3-2', undefined],
  ['bytes=-', undefined],
  ['bytes=0-1,3-4', undefined],
  ['lines=0-1', undefined],
])('of ten bytes, %s are %o', (header, range) => {
  expect(parseRange(header, 10)).toEqual(range)
})
