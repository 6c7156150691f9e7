import { app, command, type OpenApp } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { findItems, type shop } from '../../test/shop.ts'
import { connect, ways } from '../../test/mcp-clients.ts'
import { prompt } from './prompts/prompt.ts'

const books = [
  { id: 'b1', title: 'The Loom', mood: 'calm' },
  { id: 'b2', title: 'Warp & Weft', mood: 'wild' },
]
const mood = z.enum(['calm', 'wild']).describe('How it reads')
const library = {
  list: command('library.ListBooks', {
    kind: 'query',
    summary: 'List the books',
    access: 'public',
    input: z.object({ mood: mood.optional(), limit: z.int().default(10) }),
    output: z.array(z.object({ id: z.string(), title: z.string() })),
    run: ({ input }) => books.filter((book) => input.mood === undefined || book.mood === input.mood),
  }),
  secret: command('library.ReadSecret', {
    kind: 'query',
    access: 'library:secrets',
    input: z.object({}),
    output: z.string(),
    run: () => 'under the floor',
  }),
  recommend: prompt('library.Recommend', {
    summary: 'Recommend a book',
    access: 'public',
    input: z.object({ mood, pages: z.int().max(999).default(200) }),
    messages: ({ input }) => [
      `Which book is ${input.mood} and has ${input.pages} pages?`,
      { role: 'assistant', text: 'Let me think.' },
      { role: 'user', file: { type: 'image/png', base64: 'cG5n' } },
      { role: 'user', resource: { uri: 'heddle://documents/rules', type: 'text/markdown', text: '# Be quiet' } },
    ],
  }),
}
const libraryApp = (...parts: Parameters<typeof shop>) => app('library', { parts: [library, findItems, ...parts] })
const documents = {
  'house rules': { title: 'House rules', text: '# Be quiet' },
  today: { mediaType: 'text/plain', text: async () => 'a fine day' },
}

test.each(ways)('%s: resources are documents, what is known of the app, and queries that want nothing', async (way) => {
  const { client, close } = await connect(way, libraryApp, { mcp: { documents } })
  const { resources } = await client.listResources()
  expect(resources.map(({ uri }) => uri)).toEqual([
    'heddle://commands',
    'heddle://documents/house%20rules',
    'heddle://documents/today',
    'heddle://manifest',
    'heddle://queries/library.ListBooks',
  ])
  const read = async (uri: string) => (await client.readResource({ uri })).contents[0]
  expect(await read('heddle://documents/house%20rules')).toEqual({
    uri: 'heddle://documents/house%20rules',
    mimeType: 'text/markdown',
    text: '# Be quiet',
  })
  expect(await read('heddle://documents/today')).toMatchObject({ mimeType: 'text/plain', text: 'a fine day' })
  const commands = JSON.parse(((await read('heddle://commands')) as { text: string }).text) as { name: string }[]
  expect(commands.map(({ name }) => name)).toEqual(['library.ListBooks', 'library.Recommend', 'shop.FindItems'])
  const described = JSON.parse(((await read('heddle://commands/library.ListBooks')) as { text: string }).text)
  expect(described).toMatchObject({ name: 'library.ListBooks', kind: 'query', access: 'public' })
  const manifest = JSON.parse(((await read('heddle://manifest')) as { text: string }).text)
  expect(Object.keys(manifest.parts.command)).toContain('library.ListBooks')
  await close()
})

test.each(ways)('%s: a query is read with its input in the query of its URI', async (way) => {
  const { client, close } = await connect(way, libraryApp)
  const { resourceTemplates } = await client.listResourceTemplates()
  expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
    'heddle://commands/{name}',
    'heddle://queries/library.ListBooks{?mood,limit}',
    'heddle://queries/shop.FindItems{?since,order}',
  ])
  const read = async (uri: string) => {
    const { contents } = await client.readResource({ uri })
    return JSON.parse((contents[0] as { text: string }).text) as unknown
  }
  expect(await read('heddle://queries/library.ListBooks')).toHaveLength(2)
  expect(await read('heddle://queries/library.ListBooks?mood=wild&limit=5')).toEqual([
    { id: 'b2', title: 'Warp & Weft' },
  ])
  const nested = 'heddle://queries/shop.FindItems?origin.code=LAX&origin.near=true&days=3&days=4'
  expect(await read(nested)).toMatchObject({ code: 'LAX', near: true, days: [3, 4] })
  await close()
})

test.each(ways)('%s: what cannot be read says why, with the errors of every other surface', async (way) => {
  const { client, close } = await connect(way, libraryApp, { mcp: { documents } })
  const refusal = (uri: string) => client.readResource({ uri }).then(String, (thrown: Error) => thrown)
  expect(await refusal('heddle://queries/library.ListBooks?mood=sad')).toMatchObject({
    code: -32_602,
    data: { errors: [{ key: 'data/mood:InvalidValue' }] },
  })
  expect(await refusal('heddle://queries/library.ReadSecret')).toMatchObject({
    data: { errors: [{ key: 'auth:Unauthenticated' }] },
  })
  for (const uri of [
    'heddle://queries/library.Nothing',
    'heddle://documents/none',
    'heddle://documents/toString',
    'heddle://commands/library.ReadSecret',
    'heddle://commands/library.ListBooks/x',
    'heddle://records/library.Book/b1',
    'heddle://runs/library.ListBooks/r1',
    'heddle://documents/%ff',
    'file:///etc/passwd',
  ]) {
    expect(await refusal(uri), uri).toMatchObject({ code: -32_602, data: { uri } })
  }
  await close()
})

test.each(ways)('%s: prompts are filled in with text, and are no tools', async (way) => {
  const { client, app: running, close } = await connect(way, libraryApp)
  const { prompts } = await client.listPrompts()
  expect(prompts).toEqual([
    {
      name: 'library_Recommend',
      title: 'Recommend',
      description: 'Recommend a book',
      arguments: [
        { name: 'mood', description: 'How it reads', required: true },
        { name: 'pages', required: false },
      ],
    },
  ])
  expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('library_Recommend')
  const told = await client.getPrompt({ name: 'library_Recommend', arguments: { mood: 'calm', pages: '300' } })
  expect(told).toMatchObject({
    description: 'Recommend a book',
    messages: [
      { role: 'user', content: { type: 'text', text: 'Which book is calm and has 300 pages?' } },
      { role: 'assistant', content: { type: 'text', text: 'Let me think.' } },
      { role: 'user', content: { type: 'image', mimeType: 'image/png', data: 'cG5n' } },
      {
        role: 'user',
        content: {
          type: 'resource',
          resource: { uri: 'heddle://documents/rules', mimeType: 'text/markdown', text: '# Be quiet' },
        },
      },
    ],
  })
  const wrong = client.getPrompt({ name: 'library_Recommend', arguments: { mood: 'sad' } })
  await expect(wrong).rejects.toMatchObject({ data: { errors: [{ key: 'data/mood:InvalidValue' }] } })
  await expect(client.getPrompt({ name: 'library_Nothing' })).rejects.toThrow('There is no prompt library_Nothing')
  expect(await asked(running)).toHaveLength(4)
  await close()
})

/** A prompt is a query like others. */
const asked = async (running: OpenApp) =>
  (await running.callOrThrow(library.recommend, { mood: 'wild' }, { as: null })).messages

test.each(ways)('%s: arguments and variables are completed with what they may be', async (way) => {
  const { client, close } = await connect(way, libraryApp)
  const values = async (ref: Parameters<typeof client.complete>[0]['ref'], name: string, value: string) =>
    (await client.complete({ ref, argument: { name, value } })).completion.values
  const inPrompt = { type: 'ref/prompt' as const, name: 'library_Recommend' }
  expect(await values(inPrompt, 'mood', '')).toEqual(['calm', 'wild'])
  expect(await values(inPrompt, 'mood', 'w')).toEqual(['wild'])
  expect(await values(inPrompt, 'pages', '')).toEqual([])
  const inQuery = { type: 'ref/resource' as const, uri: 'heddle://queries/library.ListBooks{?mood,limit}' }
  expect(await values(inQuery, 'mood', 'c')).toEqual(['calm'])
  const inCommands = { type: 'ref/resource' as const, uri: 'heddle://commands/{name}' }
  expect(await values(inCommands, 'name', 'library.')).toEqual(['library.ListBooks', 'library.Recommend'])
  expect(await values({ type: 'ref/resource', uri: 'heddle://none/{x}' }, 'x', '')).toEqual([])
  await close()
})
