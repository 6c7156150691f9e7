import { app, command, fromCaller } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { authenticate, errorsOf } from '../../test/serving.ts'
import { fetchHandler } from './fetch-handler.ts'

const author = fromCaller(z.string(), ({ principal }) => principal?.id)
const post = command('forum.Post', {
  access: 'public',
  input: z.object({ text: z.string(), author }),
  output: z.object({ text: z.string(), author: z.string() }),
  run: ({ input }) => input,
})
const listMine = command('forum.ListMine', {
  kind: 'query',
  access: 'public',
  input: z.object({ author, page: z.int().default(1) }),
  output: z.object({ author: z.string(), page: z.int() }),
  run: ({ input }) => input,
})

const forum = await app('forum', { parts: [post, listMine] }).open()
const handle = fetchHandler(forum, { authenticate })

async function send(path: string, input?: object, isSignedIn = true) {
  const answer = await handle(
    new Request(`http://forum.example${path}`, {
      method: input ? 'POST' : 'GET',
      headers: {
        ...(isSignedIn && { authorization: 'Bearer ana' }),
        ...(input && { 'content-type': 'application/json' }),
      },
      ...(input && { body: JSON.stringify(input) }),
    }),
  )
  return { status: answer.status, body: (await answer.json()) as unknown }
}

test('who signs in is filled in, in a body and in a query', async () => {
  expect(await send('/forum/Post', { text: 'hi' })).toEqual({ status: 200, body: { text: 'hi', author: 'ana' } })
  expect(await send('/forum/ListMine?page=2')).toEqual({ status: 200, body: { author: 'ana', page: 2 } })
})

test('the field is refused from outside, even with the right value', async () => {
  for (const refused of [
    await send('/forum/Post', { text: 'hi', author: 'ana' }),
    await send('/forum/ListMine?author=ana'),
  ]) {
    expect([refused.status, errorsOf(refused.body)]).toEqual([400, ['UnrecognizedKeys']])
  }
})

test('a stranger is asked to sign in, though the command is public', async () => {
  const refused = await send('/forum/Post', { text: 'hi' }, false)
  expect([refused.status, errorsOf(refused.body)]).toEqual([401, ['Unauthenticated']])
})
