import { command, file } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { kitApp } from '../../../test/kit-app.ts'
import { shopWith } from '../../../test/client-app.ts'
import { formFields } from './generate/form-field.ts'
import { draftOfForm } from './runtime/form-draft.ts'
import { placed } from './runtime/form-errors.ts'
import { type FormFacts, labelOf } from './runtime/form-fields.ts'
import { readForm } from './runtime/form-read.ts'

/** What a form of this input knows, as the manifest describes it. */
async function factsOf(input: z.ZodType): Promise<FormFacts> {
  const probe = command('probe.Ask', { input, output: z.void(), access: 'public', run: () => undefined })
  const opened = await shopWith(...kitApp, probe).open()
  const section = opened.manifest.parts['command']!['probe.Ask'] as { readonly input: object }
  await opened.close()
  return { title: 'Ask', ...formFields(section.input) }
}

const money = z.object({ minor: z.int(), currency: z.string() }).meta({ 'x-type': 'Money' })

test.each<[string, z.ZodType, unknown[]]>([
  ['texts', z.string(), ['', 'a', ' a ']],
  ['texts that may be null', z.string().nullable(), [null, 'a']],
  ['texts that may be missing', z.string().optional(), [undefined, 'a']],
  ['numbers', z.number(), [0, -1.5, 1e21]],
  ['big integers', z.int64(), [0n, -(2n ** 62n)]],
  ['booleans', z.boolean(), [true, false]],
  ['booleans that may be missing', z.boolean().optional(), [undefined, true, false]],
  ['enums of several types', z.union([z.literal('a'), z.literal(2), z.literal(true)]), ['a', 2, true]],
  ['moments', z.date(), [new Date('2026-02-03T10:30:00Z'), new Date('2026-02-03T10:30:15.250Z')]],
  ['moments as text', z.iso.datetime(), ['2026-02-03T10:30:00.000Z']],
  [
    'money',
    money,
    [
      { minor: 1990, currency: 'EUR' },
      { minor: -5, currency: 'EUR' },
      { minor: 7, currency: 'JPY' },
      { minor: 1234, currency: 'KWD' },
    ],
  ],
  ['money that may be missing', money.optional(), [undefined, { minor: 0, currency: 'USD' }]],
  ['lists', z.array(z.number()), [[], [1, 2]]],
  ['lists that may be null', z.array(z.string()).nullable(), [null, [], ['a']]],
  ['lists that may be missing', z.array(z.string()).optional(), [undefined, ['a']]],
  ['tuples', z.tuple([z.string(), z.boolean()]), [['a', true]]],
  ['records', z.record(z.string(), z.int()), [{}, { a: 1, b: 2 }]],
  ['objects that may be missing', z.object({ a: z.string() }).optional(), [undefined, { a: 'x' }]],
  [
    'unions',
    z.union([z.object({ kind: z.literal('a'), n: z.int() }), z.object({ kind: z.literal('b'), on: z.date() })]),
    [
      { kind: 'a', n: 1 },
      { kind: 'b', on: new Date(0) },
    ],
  ],
  ['unions of plain types', z.union([z.int64(), z.array(z.string()), z.number()]), [1n, ['a'], 2]],
  ['a fixed value', z.literal(4), [4]],
  ['anything', z.unknown(), [{ a: [1, null] }, 'text', 3]],
])('%s are sent as they were filled in', async (_, type, values) => {
  const facts = await factsOf(z.object({ it: type }))
  for (const it of values) {
    const { value, problems } = readForm(facts, draftOfForm(facts, { it }))
    expect(problems).toEqual([])
    expect(value).toEqual(it === undefined ? {} : { it })
  }
})

test('a form begins with the defaults of the command', async () => {
  const facts = await factsOf(
    z.object({ count: z.int().default(3), on: z.boolean().default(true), tags: z.array(z.string()).default(['a']) }),
  )
  expect(readForm(facts, draftOfForm(facts, undefined)).value).toEqual({ count: 3, on: true, tags: ['a'] })
  expect(readForm(facts, draftOfForm(facts, { tags: [] })).value).toEqual({ count: 3, on: true, tags: [] })
})

test('what no browser can tell is told at its place', async () => {
  const facts = await factsOf(
    z.object({ price: money, list: z.array(z.unknown()), big: z.int64(), photo: file({ maxBytes: 3 }) }),
  )
  const draft = draftOfForm(facts, { list: [1], photo: new Blob(['1234']) })
  const text = { items: [{ id: 0, draft: '{' }], nextId: 1 }
  const filled = { fields: { ...draft.fields, price: { amount: '1.999', currency: 'EUR' }, list: text, big: 'x' } }
  expect(readForm(facts, filled).problems).toEqual([
    { path: ['price'], problem: 'tooExact' },
    { path: ['list', 0], problem: 'noJson' },
    { path: ['big'], problem: 'noNumber' },
    { path: ['photo'], problem: 'tooLarge' },
  ])
  expect(readForm(facts, draft).problems).toEqual([
    { path: ['price'], problem: 'needed' },
    { path: ['big'], problem: 'needed' },
    { path: ['photo'], problem: 'tooLarge' },
  ])
})

test('an error stands at the nearest part that is shown, or above all', async () => {
  const facts = await factsOf(
    z.object({
      items: z.array(z.object({ sku: z.string() })),
      price: money,
      secret: z.string(),
      place: z.object({ town: z.string() }).optional(),
    }),
  )
  const draft = draftOfForm(facts, { items: [{ sku: 'a' }] })
  const at = (...path: (string | number)[]) => ({ path, message: path.join('/') })
  const complaints = [
    at('items', 0, 'sku'),
    at('items', 4, 'sku'),
    at('price', 'minor'),
    at('secret'),
    at('place', 'town'),
    at('gone'),
  ]
  expect(Object.fromEntries(placed(facts, { secret: { isHidden: true } }, draft, complaints))).toEqual({
    'items.0.sku': ['items/0/sku'],
    items: ['items/4/sku'],
    price: ['price/minor'],
    '': ['secret', 'gone'],
    place: ['place/town'],
  })
})

test('patterns and steps hold pages to no more than the server holds callers to', async () => {
  const { fields } = await factsOf(
    z.object({
      whole: z.string().regex(/^[a-z]+$/),
      part: z.string().regex(/b|c/),
      old: z.string().regex(/^[a&&b]$/),
      older: z.string().regex(/^[[a]$/),
      dashed: z.string().regex(/^[a-z-]$/),
      fives: z.int().min(1).multipleOf(5),
      tens: z.int().min(0).multipleOf(10),
      over: z.number().gt(1),
      next: z.int().gt(1).lt(9),
    }),
  )
  expect(fields).toMatchObject({
    whole: { pattern: '^[a-z]+$' },
    fives: { min: 1, step: 1 },
    tens: { min: 0, step: 10 },
    over: { min: 1 },
    next: { min: 2, max: 8, step: 1 },
  })
  for (const name of ['old', 'older', 'dashed']) expect(fields[name]).toEqual({ kind: 'text' })
  const part = new RegExp(`^(?:${(fields['part'] as { readonly pattern: string }).pattern})$`, 'v')
  expect(['b', 'abd', 'c\n', 'd'].map((text) => part.test(text))).toEqual([true, true, true, false])
})

test('names become labels', () => {
  expect(['placedAt', 'x-request-id', 'orderURL', 'HTTPStatus', 'snake_case'].map(labelOf)).toEqual([
    'Placed at',
    'X request id',
    'Order URL',
    'HTTP status',
    'Snake case',
  ])
})
