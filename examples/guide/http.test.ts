import { memoryLog } from '@heddle/core'
import { openApi } from 'heddle'
import { afterAll, expect, test } from 'vitest'
import declared from './http.ts'

const library = await declared.open({ ports: { log: memoryLog() } })
const [line = ''] = await library.start()
const url = line.replace('ready ', '')
afterAll(() => library.close())

const ann = { authorization: 'Bearer quiet-please' }
const json = { ...ann, 'content-type': 'application/json' }
const newBook = { id: 'b2', title: 'Warp and Weft', year: 1923 }
const add = (body: string, headers: Record<string, string> = json) =>
  fetch(`${url}/library/AddBook`, { method: 'POST', headers, body })

test('a command is called by its name or by a route, and a failure is a problem with its data', async () => {
  expect(await (await add(JSON.stringify(newBook))).json()).toEqual(newBook)
  const body = JSON.stringify({ title: 'Again', year: 1 })
  const again = await fetch(`${url}/books/b2`, { method: 'PUT', headers: json, body })
  expect(again.status).toBe(422)
  expect(await again.json()).toMatchObject({ errors: [{ code: 'AlreadyThere', data: { id: 'b2' } }] })
  expect((await add('{}', { 'content-type': 'application/json' })).status).toBe(401)
})

test('a request is taken for what the app says it is', async () => {
  const books = await (await fetch(`${url}/api/books?from=1900`)).json()
  expect(books).toEqual(await (await fetch(`${url}/books?from=1900`)).json())
  expect((await fetch(`${url}/apis/books`)).status).toBe(404)
})

test('the document says where, who and what', async () => {
  const document = openApi(library.manifest)
  expect(await (await fetch(`${url}/openapi.json`)).json()).toEqual(JSON.parse(JSON.stringify(document)))
  expect(document.paths['/books/{id}']!.put).toMatchObject({
    security: [{ bearer: [] }],
    'x-access': 'library:write',
    responses: { 422: { description: '`AlreadyThere`, `KeyReused`' } },
  })
})

test('a query is not sent twice to whoever has it', async () => {
  const first = await fetch(`${url}/books?from=1900`)
  expect(first.headers.get('cache-control')).toBe('private, max-age=60')
  const known = { 'if-none-match': first.headers.get('etag')! }
  expect((await fetch(`${url}/books?from=1900`, { headers: known, cache: 'no-store' })).status).toBe(304)
})

test('a stream comes as lines or as events', async () => {
  const lines = await (await fetch(`${url}/library/ListTitles`)).text()
  expect(lines).toBe('{"item":"The Loom"}\n{"item":"Warp and Weft"}\n{"value":{"count":2}}\n')
  const events = await fetch(`${url}/library/ListTitles`, { headers: { accept: 'text/event-stream' } })
  expect(await events.text()).toContain('event: item\ndata: "The Loom"\n\n')
})

test('lines are many calls, and can be sent again under one key', async () => {
  const lines = ['b3', 'b4', 'b3'].map((id) => JSON.stringify({ ...newBook, id })).join('\n')
  const headers = { ...ann, 'content-type': 'application/x-ndjson', 'idempotency-key': 'books-1' }
  const answer = await (await add(lines, headers)).text()
  expect(answer.match(/^\{"(value|errors)"/gm)).toEqual(['{"value"', '{"value"', '{"errors"'])
  expect(await (await add(lines, headers)).text()).toBe(answer)
})

test('the page and its assets are served', async () => {
  expect(await (await fetch(url)).text()).toContain('data-name="library.AddBook"')
})
