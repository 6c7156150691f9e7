import { expect, test } from 'vitest'
import { z } from 'zod'
import { app, before, command, ref, type Referable } from '../index.ts'

const ran: string[] = []
const notes: Record<string, { owner: string }> = { n1: { owner: 'ana' } }
const Note: Referable<{ owner: string }, string> = {
  name: 'shop.Note',
  keyType: z.string(),
  load: (_, keys) => keys.map((key) => notes[key]),
}
const read = command('shop.Read', {
  input: z.object({ note: ref(Note) }),
  output: z.string(),
  errors: { Torn: z.object({}) },
  access: ({ principal }, { note }: { note: { owner: string } }) => ({
    allowed: principal?.id === note.owner,
    because: 'it is not yours',
  }),
  hooks: [before('opened', () => void ran.push('hook'))],
  run: () => {
    ran.push('body')
    return 'text'
  },
})
const order = command('shop.Order', {
  input: z.object({ n: z.int() }),
  output: z.void(),
  access: 'shop:order',
  run: () => void ran.push('body'),
})
const closed = command('shop.Closed', { input: z.object({}), output: z.void(), run: () => undefined })
const ana = { id: 'ana', permissions: ['shop:order'] }
const bo = { id: 'bo', permissions: [] }

test.each([
  ['shop.Order', { n: 1 }, ana, 'yes'],
  ['shop.Order', { n: 1 }, bo, 'auth:Denied'],
  ['shop.Order', { n: 1 }, null, 'auth:Unauthenticated'],
  ['shop.Order', { n: 'x' }, ana, 'data/n:InvalidType'],
  ['shop.Read', { note: 'n1' }, ana, 'yes'],
  ['shop.Read', { note: 'n1' }, bo, 'auth:Denied'],
  ['shop.Read', { note: 'n2' }, ana, 'data/note:NotFound'],
  ['shop.Closed', {}, ana, 'auth:Denied'],
  ['shop.Nothing', {}, ana, 'data:UnknownCommand'],
])('%s with %j may be called by %j: %s, and nothing runs', async (name, input, as, expected) => {
  const shop = await app('shop', { parts: [read, order, closed] }).open()
  const outcome = await shop.mayCall(name, input, { as, from: 'json' })
  expect(outcome.ok ? 'yes' : outcome.errors[0]!.key).toBe(expected)
  expect(ran).toEqual([])
  await shop.close()
})

test('a part learns in which app it is before any call', async () => {
  const seen: unknown[] = []
  const kind = { name: 'curious', compare: () => [] }
  const part = { kind, name: 'one', describe: () => ({}), opened: (open: unknown) => void seen.push(open) }
  const shop = await app('shop', { parts: [part] }).open()
  expect(seen).toEqual([shop])
  await shop.close()
})
