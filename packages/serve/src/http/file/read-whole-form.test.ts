import { app, command, file } from '@heddle/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { errorsOf } from '../../../test/serving.ts'
import { fetchHandler } from '../fetch-handler.ts'
import { openApi } from '../../openapi/openapi.ts'
import { http } from '../http.ts'

const small = file({ maxBytes: 1000, types: ['text/plain'] })
const compare = command('docs.Compare', {
  access: 'public',
  input: z.object({
    left: small,
    right: small,
    inner: z.object({ note: small.optional(), page: z.int() }).optional(),
    times: z.int().default(1),
  }),
  output: z.object({
    right: z.string(),
    left: z.string(),
    names: z.array(z.string()),
    note: z.string(),
    times: z.int(),
  }),
  // The file that came last is read first.
  run: async ({ input: { left, right, inner, times } }) => ({
    right: await right.text(),
    left: await left.text(),
    names: [left.name ?? '', right.name ?? ''],
    note: inner ? `${inner.page}: ${await inner.note?.text()}` : '',
    times,
  }),
})

const part = http({ port: 0, maxBodyBytes: 5000 })
const docs = await app('docs', { parts: [compare, part] }).open()
beforeAll(() => docs.start())
afterAll(() => docs.close({ graceMs: 2000 }))

const text = (content: string) => new Blob([content], { type: 'text/plain' })

type Field = readonly [name: string, value: string | Blob, fileName?: string]
const pair: Field[] = [
  ['left', text('one'), 'a.txt'],
  ['right', text('two'), 'b.txt'],
]

describe.each([
  ['over HTTP', (path: string, init: RequestInit) => fetch(part.url! + path, init)],
  [
    'by the Fetch handler',
    (path: string, init: RequestInit) =>
      fetchHandler(docs, { maxBodyBytes: 5000 })(new Request(`http://localhost${path}`, init)),
  ],
])('%s', (_, send) => {
  async function post(fields: readonly Field[], query = '') {
    const body = new FormData()
    for (const [name, value, fileName] of fields) {
      if (typeof value === 'string') body.append(name, value)
      else body.append(name, value, fileName)
    }
    const answer = await send(`/docs/Compare${query}`, { method: 'POST', body })
    return { status: answer.status, body: (await answer.json()) as unknown }
  }

  test('a form brings several files, in any order among its fields', async () => {
    const fields: Field[] = [
      pair[1]!,
      ['times', '3'],
      ['inner.page', '7'],
      ['inner.note', text('three'), 'n.txt'],
      pair[0]!,
    ]
    expect(await post(fields)).toEqual({
      status: 200,
      body: { left: 'one', right: 'two', names: ['a.txt', 'b.txt'], note: '7: three', times: 3 },
    })
  })

  test('a file that nobody chose is not there', async () => {
    const { body } = await post([...pair, ['inner.page', '7'], ['inner.note', new Blob([]), '']])
    expect(body).toMatchObject({ note: '7: undefined' })
    const { status, body: problem } = await post([pair[0]!])
    expect([status, errorsOf(problem)]).toEqual([400, ['Invalid right']])
  })

  test.each<[string, readonly Field[], string, number, string]>([
    ['a file of another name', [...pair, ['other', text('x'), 'x.txt']], '', 400, 'MalformedInput'],
    ['a file twice', [...pair, pair[0]!], '', 400, 'MalformedInput'],
    ['a field in the query too', [...pair, ['times', '2']], '?times=2', 400, 'DuplicateKey times'],
    ['more than a body may have', [pair[0]!, ['right', text('x'.repeat(5001)), 'b.txt']], '', 413, 'TooLarge'],
    ['more than a file may have', [pair[0]!, ['right', text('x'.repeat(1001)), 'b.txt']], '', 400, 'TooBig right'],
    [
      'a file of another type',
      [pair[0]!, ['right', new Blob(['x'], { type: 'image/png' }), 'b.png']],
      '',
      400,
      'InvalidValue right',
    ],
  ])('%s is refused', async (_what, fields, query, status, error) => {
    const refused = await post(fields, query)
    expect([refused.status, errorsOf(refused.body)]).toEqual([status, [error]])
  })

  test('a form that breaks off is refused, and the next one is read', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    const body = '--x\r\ncontent-disposition: form-data; name="left"; filename="a"\r\n\r\none'
    const broken = await send('/docs/Compare', { method: 'POST', headers, body })
    expect([broken.status, errorsOf(await broken.json())]).toEqual([400, ['MalformedInput']])
    const none = await send('/docs/Compare', {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data' },
      body,
    })
    expect([none.status, errorsOf(await none.json())]).toEqual([400, ['MalformedInput']])
    expect((await post(pair)).status).toBe(200)
  })
})

test('a form brings lists of files: parts of one name, in their order', async () => {
  const collect = command('docs.Collect', {
    access: 'public',
    input: z.object({ cover: small.optional(), pages: z.array(small).max(3), title: z.string() }),
    output: z.object({ title: z.string(), cover: z.string(), pages: z.array(z.string()) }),
    run: async ({ input: { title, cover, pages } }) => ({
      title,
      cover: (await cover?.text()) ?? '',
      pages: await Promise.all(pages.map(async (page) => `${page.name}: ${await page.text()}`)),
    }),
  })
  const lists = await app('docs', { parts: [collect] }).open()
  const send = async (...fields: Field[]) => {
    const body = new FormData()
    for (const [name, value, fileName] of [...fields, ['title', 'Notes'] as Field]) {
      if (typeof value === 'string') body.append(name, value)
      else body.append(name, value, fileName)
    }
    const answer = await fetchHandler(lists)(new Request('http://localhost/docs/Collect', { method: 'POST', body }))
    return (await answer.json()) as object
  }
  const page = (name: string): Field => ['pages', text(`page ${name}`), name]
  expect(await send(page('2'), ['cover', text('a cover'), 'c.txt'], page('1'))).toEqual({
    title: 'Notes',
    cover: 'a cover',
    pages: ['2: page 2', '1: page 1'],
  })
  expect(await send()).toMatchObject({ pages: [], cover: '' })
  expect(errorsOf(await send(page('1'), page('2'), page('3'), page('4')))).toEqual(['TooBig pages'])
  const wrong: Field = ['pages', new Blob(['x'], { type: 'image/png' }), 'x.png']
  expect(errorsOf(await send(page('1'), wrong))).toEqual(['InvalidValue pages 1'])
  expect(errorsOf(await send(...Array.from({ length: 101 }, (_, index) => page(String(index)))))).toEqual([
    'LimitReached',
  ])
  const { paths } = openApi((await app('docs', { parts: [collect, http({ name: 'x' })] }).open()).manifest)
  expect(JSON.stringify(paths['/docs/Collect']!.post!.requestBody)).toContain('"pages":{"type":"array","items":{}}')
})
