import { app, command, file, fileFrom, sensitive, stream, StreamedFile } from '@heddle/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { errorsOf } from '../../../test/serving.ts'
import { openApi } from '../../openapi/openapi.ts'
import { fetchHandler } from '../fetch-handler.ts'
import { http } from '../http.ts'

const page = (number: number, size = 3) =>
  new StreamedFile(
    async function* () {
      yield Buffer.alloc(size, String(number))
    },
    { name: `Seite "${number}" ä.txt`, type: 'text/plain' },
  )
const album = command('gallery.Album', {
  kind: 'query',
  access: 'public',
  input: z.object({ size: z.int().default(3), fails: z.boolean().default(false) }),
  output: z.object({
    title: z.string(),
    cover: file().optional(),
    pages: z.array(file()),
    secret: sensitive(z.string()),
  }),
  errors: { Closed: z.object({}) },
  run: ({ input: { size, fails }, fail }) =>
    fails
      ? fail.Closed({})
      : {
          title: 'Notes',
          cover: fileFrom(Buffer.from('c'), { type: 'image/png' }),
          pages: [page(1, size), page(2, size)],
          secret: 's',
        },
})
const pages = command('gallery.Pages', {
  kind: 'query',
  access: 'public',
  input: z.object({ size: z.int().default(3) }),
  output: stream(file(), z.object({ last: file() })),
  async *run({ input: { size } }) {
    yield page(1, size)
    yield page(2, size)
    return { last: page(3, size) }
  },
})
const perhaps = command('gallery.Perhaps', {
  kind: 'query',
  access: 'public',
  input: z.object({}),
  output: file().optional(),
  run: () => page(1),
})

const part = http({ port: 0 })
const gallery = await app('gallery', { parts: [album, pages, perhaps, part] }).open()
beforeAll(() => gallery.start())
afterAll(() => gallery.close({ graceMs: 2000 }))
const url = (text: string, type = 'text/plain') => `data:${type};base64,${Buffer.from(text).toString('base64')}`

describe.each([
  ['over HTTP', (path: string, init?: RequestInit) => fetch(part.url! + path, init)],
  [
    'by the Fetch handler',
    (path: string, init?: RequestInit) => fetchHandler(gallery)(new Request(`http://localhost${path}`, init)),
  ],
])('%s', (_, send) => {
  const form = { headers: { accept: 'multipart/form-data, application/problem+json' } }

  test('files inside of a value are data: URLs in JSON', async () => {
    expect(await (await send('/gallery/Album')).json()).toEqual({
      title: 'Notes',
      cover: url('c', 'image/png'),
      pages: [url('111'), url('222')],
    })
  })

  test('who takes a form gets the value and then the files, of any size', async () => {
    const answer = await send('/gallery/Album?size=3000000', form)
    const got = await answer.formData()
    expect([...got.keys()]).toEqual(['value', 'cover', 'pages.0', 'pages.1'])
    expect(JSON.parse(await textOf(got.get('value')))).toEqual({
      title: 'Notes',
      cover: { type: 'image/png', sizeBytes: 1 },
      pages: [1, 2].map((number) => ({ name: `Seite "${number}" ä.txt`, type: 'text/plain' })),
    })
    const second = got.get('pages.1') as File
    expect([second.name, second.type, second.size]).toEqual(['Seite "2" ä.txt', 'text/plain', 3_000_000])
    expect((await second.text()).endsWith('222')).toBe(true)
  })

  test('what failed is a problem to them, too', async () => {
    const answer = await send('/gallery/Album?fails=true', form)
    expect([answer.status, errorsOf(await answer.json())]).toEqual([422, ['Closed']])
  })

  test('more than fits into JSON is refused there', async () => {
    const answer = await send('/gallery/Album?size=600000')
    expect([answer.status, errorsOf(await answer.json())]).toEqual([413, ['TooLarge']])
  })

  test('streamed files come one by one, as data: URLs', async () => {
    const lines = (await (await send('/gallery/Pages')).text()).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { item: url('111') },
      { item: url('222') },
      { value: { last: url('333') } },
    ])
    const events = await (
      await send('/gallery/Pages?size=2000000', { headers: { accept: 'text/event-stream' } })
    ).text()
    expect(events).toContain('TooLarge')
  })

  test('a file that is all of the value is a data: URL in lines', async () => {
    const lines = await send('/gallery/Perhaps', { headers: { accept: 'application/x-ndjson' } })
    expect(JSON.parse(await lines.text())).toEqual({ value: url('111') })
  })

  test('a value that may be a file is one where it is', async () => {
    const answer = await send('/gallery/Perhaps')
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual(['text/plain', '111'])
  })
})

test('the document tells of the form', () => {
  const { paths } = openApi(gallery.manifest)
  expect(paths['/gallery/Album']!.get!.responses).toHaveProperty([
    '200',
    'content',
    'multipart/form-data',
    'schema',
    'properties',
    'pages.0',
  ])
})

const textOf = async (field: FormDataEntryValue | null) => (field instanceof Blob ? field.text() : String(field))
