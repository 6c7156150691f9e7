import { app, command, file } from '@heddle/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { errorsOf } from '../../../test/serving.ts'
import { fetchHandler } from '../fetch-handler.ts'
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
