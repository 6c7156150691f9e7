import { app, command, file } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { fetchHandler } from '../fetch-handler.ts'

const keep = command('docs.Keep', {
  input: z.object({ either: z.union([z.int(), z.string()]), note: z.string().nullable(), paper: file() }),
  output: z.object({ either: z.union([z.int(), z.string()]), note: z.string().nullable(), text: z.string() }),
  access: 'public',
  run: async ({ input: { paper, ...rest } }) => ({ ...rest, text: await paper.text() }),
})
const collect = command('docs.Collect', {
  input: z.object({ either: z.union([z.int(), z.string()]), pages: z.array(file()).optional() }),
  output: z.object({ either: z.union([z.int(), z.string()]), pages: z.int().optional() }),
  access: 'public',
  run: ({ input: { either, pages } }) => ({ either, ...(pages && { pages: pages.length }) }),
})
const docs = await app('docs', { parts: [keep, collect] }).open()

/** Sends a form whose part `input` is JSON, as `FormData` cannot make it. */
async function send(address: string, parts: readonly (readonly [name: string, type: string, text: string])[]) {
  const body = parts.map(([name, type, text]) => {
    const isFile = type === 'text/plain' ? '; filename="a.txt"' : ''
    return `--x\r\ncontent-disposition: form-data; name="${name}"${isFile}\r\ncontent-type: ${type}\r\n\r\n${text}\r\n`
  })
  const headers = { 'content-type': 'multipart/form-data; boundary=x' }
  const request = new Request(`http://localhost/docs/${address}`, {
    method: 'POST',
    headers,
    body: `${body.join('')}--x--\r\n`,
  })
  const answer = await fetchHandler(docs)(request)
  return (await answer.json()) as { errors?: { code: string }[] }
}

const json = 'application/json'
const paper = ['paper', 'text/plain', 'hello'] as const

test('the fields of a form stand in its part `input` as what they are', async () => {
  const input = ['input', json, '{"either":"7","note":"null"}'] as const
  expect(await send('Keep', [input, paper])).toEqual({ either: '7', note: 'null', text: 'hello' })
  expect(await send('Collect', [['input', json, '{"either":"7"}']])).toEqual({ either: '7' })
  expect(await send('Collect', [['input', json, '{"either":"7","pages":[]}']])).toEqual({ either: '7', pages: 0 })
  const pages = ['pages', 'text/plain', 'one'] as const
  expect(await send('Collect', [['input', json, '{"either":7}'], pages, pages])).toEqual({ either: 7, pages: 2 })
})

test('without it they are text', async () => {
  const fields = [
    ['either', 'text/x', '7'],
    ['note', 'text/x', 'null'],
  ] as const
  expect(await send('Keep', [...fields, paper])).toEqual({ either: 7, note: 'null', text: 'hello' })
})

test.each([
  ['text that is no JSON', [['input', json, '{']], 'MalformedInput'],
  ['a list', [['input', json, '[]']], 'MalformedInput'],
  ['one name twice', [['input', json, '{"note":"a","note":"b"}']], 'DuplicateKey'],
  [
    'a field beside it',
    [
      ['input', json, '{"either":1}'],
      ['note', 'text/x', 'b'],
    ],
    'MalformedInput',
  ],
  ['more than a body may hold', [['input', json, JSON.stringify({ either: 'x'.repeat(2_000_000) })]], 'TooLarge'],
] as const)('a part `input` with %s is refused', async (_, parts, code) => {
  for (const address of ['Keep', 'Collect']) {
    const { errors } = await send(address, [...parts, ...(address === 'Keep' ? [paper] : [])])
    expect(errors?.map((error) => error.code)).toEqual([code])
  }
})

test('a field in the query beside it is refused', async () => {
  const { errors } = await send('Keep?note=a', [['input', json, '{"either":1}'], paper])
  expect(errors?.map(({ code }) => code)).toEqual(['MalformedInput'])
})
