import { app, command, file, fileFrom, type Part, stream } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { LiveClient } from '../../../test/live-client.ts'
import { connect, ways } from '../../../test/mcp-clients.ts'
import { webSocket } from '../../live/websocket/web-socket.ts'
import { http } from '../http.ts'

const page = (size: number) => fileFrom(Buffer.alloc(size, 'a'), { type: 'text/plain' })
const sized = { access: 'public', input: z.object({ size: z.int().default(3) }) } as const
const parts = [
  command('docs.Album', {
    ...sized,
    output: z.object({ pages: z.array(file()) }),
    run: ({ input: { size } }) => ({ pages: [page(size), page(size)] }),
  }),
  command('docs.Pages', {
    ...sized,
    output: stream(file(), z.object({})),
    async *run({ input: { size } }) {
      yield page(size)
      return {}
    },
  }),
]
const docs = (...more: Part[]) => app('docs', { parts: [...parts, ...more] })
const url = 'data:text/plain;base64,YWFh'

test('a WebSocket tells files inside of values and items as data: URLs, and so does a batch', async () => {
  const part = http({ port: 0, maxBodyBytes: 1000, mounts: [webSocket()] })
  const opened = await docs(part).open()
  await opened.start()
  const client = await LiveClient.connect(part.url!)
  expect(await client.call(1, 'docs.Album', {})).toMatchObject({ value: { pages: [url, url] } })
  expect(await client.call(2, 'docs.Album', { size: 501 })).toMatchObject({ errors: [{ code: 'TooLarge' }] })
  expect(await client.call(3, 'docs.Pages', {})).toMatchObject({ value: {} })
  expect(client.told).toContainEqual({ id: 3, item: url })
  client.ws.close()
  const lines = await fetch(`${part.url}/_heddle/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: '{"call":"docs.Album","input":{}}\n',
  })
  expect(JSON.parse(await lines.text())).toEqual({ at: 0, value: { pages: [url, url] } })
  await opened.close()
})

test.each(ways)('%s: a tool tells files inside of values and items as data: URLs', async (way) => {
  const { client, close } = await connect(way, docs, { mcp: { maxFileBytes: 100 } })
  const album = await client.callTool({ name: 'docs_Album', arguments: {} })
  expect(album.structuredContent).toEqual({ pages: [url, url] })
  const large = await client.callTool({ name: 'docs_Album', arguments: { size: 51 } })
  expect(large).toMatchObject({ isError: true, structuredContent: { errors: [{ code: 'TooLarge' }] } })
  expect(JSON.stringify(large.content)).toContain('The answer has files of more than 100 bytes')
  const pages = await client.callTool({ name: 'docs_Pages', arguments: {} })
  expect(pages.structuredContent).toEqual({ items: [url], value: {} })
  await close()
})
