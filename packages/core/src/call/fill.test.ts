import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  app,
  command,
  describeCommand,
  type CallOptions,
  fromCaller,
  jsonSchemaOf,
  memoryLog,
  type Principal,
} from '../index.ts'

const author = fromCaller(z.string(), ({ principal }) => principal?.id)

const post = command('forum.Post', {
  access: 'public',
  input: z.object({
    text: z.string(),
    author,
    about: z
      .object({ topic: z.string(), tenant: fromCaller(z.string().describe('where'), ({ tenant }) => tenant) })
      .optional(),
    key: fromCaller(z.string().optional(), ({ principal }) => principal?.key),
  }),
  output: z.object({ author: z.string(), tenant: z.string().optional(), key: z.string().optional() }),
  run: ({ input: { author: by, about, key } }) => ({ author: by, tenant: about?.tenant, key }),
})

const quote = command('forum.Quote', {
  access: 'public',
  input: z.object({ as: z.string().optional() }),
  output: z.string(),
  calls: [post],
  run: async ({ input: { as }, call }) =>
    (await call(post, { text: 'said', ...(as !== undefined && { author: as }) })).author,
})

const ann: Principal = { id: 'ann', permissions: [], key: 'k1' }
const forum = await app('forum', { parts: [post, quote] }).open({ ports: { log: memoryLog() } })
const ask = (input: object, options: CallOptions) => forum.callByName('forum.Post', input, options)

test.each(['json', 'text', 'code'] as const)('a field is filled in from the caller of a call from %s', async (from) => {
  const outcome = await ask({ text: 'hi', about: { topic: 'looms' } }, { as: ann, from })
  expect(outcome).toEqual({ ok: true, value: { author: 'ann', tenant: 'main', key: 'k1' } })
})

test('who sends such a field is refused, as for any other that the type does not know', async () => {
  const sent = { text: 'hi', author: 'bob', about: { topic: 'looms', tenant: 'north' } }
  const outcome = await ask(sent, { as: ann, from: 'json' })
  const unknown = await ask({ text: 'hi', other: 1 }, { as: ann, from: 'json' })
  const told = (failed: typeof outcome) =>
    failed.ok ? [] : failed.errors.map(({ code, path, data, message }) => ({ code, path, data, message }))
  expect(told(outcome)).toEqual([
    { code: 'UnrecognizedKeys', path: [], data: { keys: ['author'] }, message: 'Unrecognized key: "author"' },
    { code: 'UnrecognizedKeys', path: ['about'], data: { keys: ['tenant'] }, message: 'Unrecognized key: "tenant"' },
  ])
  expect(told(unknown)).toEqual([
    { code: 'UnrecognizedKeys', path: [], data: { keys: ['other'] }, message: 'Unrecognized key: "other"' },
  ])
})

test('a stranger is asked to sign in where the field is needed', async () => {
  const outcome = await ask({ text: 'hi' }, { as: null, from: 'json' })
  expect(outcome.ok || outcome.errors.map(({ code }) => code)).toEqual(['Unauthenticated'])
})

test("the app's own code may pass it, and must where nobody calls", async () => {
  expect(await forum.call(post, { text: 'hi', author: 'bot' })).toMatchObject({ ok: true, value: { author: 'bot' } })
  const outcome = await forum.call(post, { text: 'hi' })
  expect(outcome.ok || outcome.errors.map(({ key }) => key)).toEqual(['data/author:InvalidType'])
})

test('another command passes it or leaves it to the caller of the call', async () => {
  expect(await forum.call(quote, {}, { as: ann })).toEqual({ ok: true, value: 'ann' })
  expect(await forum.call(quote, { as: 'bob' }, { as: ann })).toEqual({ ok: true, value: 'bob' })
})

test('each call of an atomic batch from outside is filled in by itself', async () => {
  const outcomes = await forum.batch(post, [{ text: 'a' }, { text: 'b' }], { as: ann, from: 'json', atomic: true })
  expect(outcomes.map((outcome) => outcome.ok && outcome.value.author)).toEqual(['ann', 'ann'])
})

test('a call that is made again from its kept input is not filled in anew', async () => {
  const outcome = await ask({ text: 'hi', author: 'bob' }, { from: 'json', surface: 'replay' })
  expect(outcome).toMatchObject({ ok: true, value: { author: 'bob' } })
})

test('what the app calls for somebody of its own accord may be filled in already', async () => {
  const options: CallOptions = { as: ann, trusted: true, from: 'json' }
  const outcome = await forum.call(post, { text: 'kept', author: 'bob' }, options)
  expect(outcome).toMatchObject({ ok: true, value: { author: 'bob' } })
})

test('the input of the caller is not changed', async () => {
  const input = Object.freeze({ text: 'hi', about: Object.freeze({ topic: 'looms' }) })
  expect((await ask(input, { as: ann })).ok).toBe(true)
  expect(input).toEqual({ text: 'hi', about: { topic: 'looms' } })
})

test('no published schema knows it, and strangers learn that they must sign in', () => {
  const section = describeCommand(post)
  expect(section.input).toEqual({
    type: 'object',
    properties: {
      text: { type: 'string' },
      about: {
        type: 'object',
        properties: { topic: { type: 'string' } },
        required: ['topic'],
        additionalProperties: false,
      },
    },
    required: ['text'],
    additionalProperties: false,
  })
  expect(section.possibleErrors).toContain('auth:Unauthenticated')
  expect(jsonSchemaOf(z.object({ author }), 'output')).toMatchObject({ required: ['author'] })
})

test('where no field of an object is filled in, the definition is refused', async () => {
  const input = z.object({ authors: z.array(author) })
  const bad = command('forum.Bad', { input, output: z.null(), access: 'public', run: () => null })
  const opened = await app('bad', { parts: [bad] }).open({ ports: { log: memoryLog() } })
  const log = await opened.callByName('forum.Bad', { authors: [] })
  expect(log.ok || log.errors[0]!.cause).toMatchObject({
    code: 'InvalidDefinition',
    message: expect.stringContaining('at authors'),
  })
})

test('a type that contains itself is filled in where it begins', async () => {
  type Note = { by: string; reply?: Note | undefined }
  const noteType: z.ZodType<Note, { by?: string; reply?: Note }> = z.object({
    by: author,
    get reply() {
      return z.optional(noteType)
    },
  }) as never
  const note = command('forum.Note', {
    input: noteType,
    output: z.string(),
    access: 'public',
    run: ({ input }) => input.by,
  })
  const opened = await app('notes', { parts: [note] }).open({ ports: { log: memoryLog() } })
  expect(await opened.callByName('forum.Note', {}, { as: ann, from: 'json' })).toEqual({ ok: true, value: 'ann' })
})
