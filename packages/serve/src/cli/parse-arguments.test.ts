import { Failure } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { JsonSchema } from './json-schema.ts'
import { callOptions } from './options.ts'
import { parseArguments } from './parse-arguments.ts'
import { readInput } from './read-input.ts'

const jsonSchema = (type: z.ZodType) => z.toJSONSchema(type, { io: 'input' }) as JsonSchema

const Order = z.object({
  customerId: z.string(),
  express: z.boolean().default(false),
  priority: z.enum(['low', 'high']).optional(),
  weight: z.number().optional(),
  tags: z.array(z.string()).optional(),
  items: z.array(z.object({ sku: z.string(), count: z.int() })).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  address: z.object({ street: z.string(), geo: z.object({ minLat: z.number() }).optional() }).optional(),
  key: z.string().optional(),
})
const order = jsonSchema(Order)

const read = async (...argv: string[]) => {
  const { options, assignments } = parseArguments(argv, order, callOptions)
  const read = await readInput({ options, assignments, type: Order })
  if (!read.ok) throw read.errors[0]
  return { options, input: read.value }
}
const inputOf = async (...argv: string[]) => (await read(...argv)).input

test.each<[string, string[], unknown]>([
  ['a flag per field', ['--customer-id', 'c1', '--weight', '2.5'], { customerId: 'c1', weight: 2.5 }],
  ['camel case and an equals sign', ['--customerId=c1'], { customerId: 'c1' }],
  ['the only required plain field without a flag', ['c1'], { customerId: 'c1' }],
  ['a word after two dashes', ['--express', '--', '--c1'], { customerId: '--c1', express: true }],
  ['booleans', ['c1', '--express'], { customerId: 'c1', express: true }],
  ['booleans turned off', ['c1', '--no-express'], { customerId: 'c1', express: false }],
  ['booleans in words', ['c1', '--express=no'], { customerId: 'c1', express: false }],
  ['negative numbers', ['c1', '--weight', '-3'], { customerId: 'c1', weight: -3 }],
  ['lists by repetition', ['c1', '--tags', 'a', '--tags', 'b'], { customerId: 'c1', tags: ['a', 'b'] }],
  ['a list as JSON', ['c1', '--tags', '["a","b"]'], { customerId: 'c1', tags: ['a', 'b'] }],
  [
    'elements as JSON',
    ['c1', '--items', '{"sku":"s","count":1}'],
    { customerId: 'c1', items: [{ sku: 's', count: 1 }] },
  ],
  [
    'elements by index',
    ['c1', '--items.0.sku', 's', '--items.0.count', '1', '--items.1.sku', 't'],
    { customerId: 'c1', items: [{ sku: 's', count: 1 }, { sku: 't' }] },
  ],
  ['fields of records', ['c1', '--labels.env', 'prod'], { customerId: 'c1', labels: { env: 'prod' } }],
  [
    'nested fields with dots',
    ['c1', '--address.geo.minLat', '1'],
    { customerId: 'c1', address: { geo: { minLat: 1 } } },
  ],
  [
    'nested fields with dashes',
    ['c1', '--address-geo-min-lat', '1'],
    { customerId: 'c1', address: { geo: { minLat: 1 } } },
  ],
  ['a field whose name the tool takes', ['c1', '--input-key', 'k'], { customerId: 'c1', key: 'k' }],
  [
    'JSON with flags on top',
    ['--input', '{"customerId":"c1","weight":1}', '--weight', '2'],
    { customerId: 'c1', weight: 2 },
  ],
])('reads %s', async (_name, argv, input) => {
  expect(await inputOf(...argv)).toEqual(input)
})

test('the options of the call are kept apart from its input', async () => {
  const { input, options } = await read('c1', '--key', 'k1', '--json', '--as', 'ann', '--may', 'a:b', '--may', 'a:c')
  expect(input).toEqual({ customerId: 'c1' })
  expect(options).toEqual({ key: 'k1', json: true, as: 'ann', may: ['a:b', 'a:c'] })
})

test.each([
  ['a mistyped flag', ['--custmer-id', 'c1'], 'there is no flag --custmer-id; did you mean --customer-id?'],
  ['an option that is not offered', ['--format', 'xml'], '--format is one of table, json, yaml, not "xml"'],
  ['a missing value', ['--weight'], '--weight needs a value'],
  ['a flag in place of a value', ['--weight', '--express'], '--weight needs a value'],
  ['a boolean with another value', ['--express=maybe'], '--express is yes or no, not "maybe"'],
  ['a word too many', ['c1', 'c2'], '"c2" belongs to no flag'],
  ['an option that stands twice', ['--key', 'a', '--key', 'b'], '--key stands twice'],
  ['a hole in a list', ['--items.3.sku', 's'], '--items.3.sku leaves out the index 0'],
])('refuses %s and says what is wrong', async (_name, argv, reason) => {
  const error = await inputOf(...argv).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Failure)
  expect(error).toMatchObject({ code: 'InvalidUsage', data: { reason: expect.stringContaining(reason) } })
})

test('a key that would change the prototype is refused', async () => {
  await expect(inputOf('--labels.__proto__', 'x')).rejects.toMatchObject({ code: 'ForbiddenKey' })
})

test('a type that contains itself is flattened once and then takes JSON', () => {
  const Tree: z.ZodType = z.lazy(() => z.object({ name: z.string(), child: Tree.optional() }))
  const { assignments } = parseArguments(['--name', 'a', '--child', '{"name":"b"}'], jsonSchema(Tree), callOptions)
  expect(assignments.map(({ path, kind }) => [path, kind])).toEqual([
    [['name'], 'text'],
    [['child'], 'json'],
  ])
})

test('an input that is no object is the one word', () => {
  const { assignments } = parseArguments(['7'], jsonSchema(z.int()), callOptions)
  expect(assignments).toMatchObject([{ path: [], text: '7' }])
})

test.each<[string, unknown]>([
  ['F60', 'F60'],
  ['60', '60'],
  ['true story', 'true story'],
  ['"F60"', 'F60'],
  ['null', null],
  ['{"in":["F60"]}', { in: ['F60'] }],
])('what may be a text or something structured takes %s', async (text, value) => {
  const type = z.object({
    where: z.object({ flight: z.union([z.string(), z.object({ in: z.array(z.string()) }), z.null()]).optional() }),
  })
  for (const flag of ['--where-flight', '--where.flight']) {
    const { options, assignments } = parseArguments([flag, text], jsonSchema(type), callOptions)
    expect(await readInput({ options, assignments, type })).toMatchObject({
      ok: true,
      value: { where: { flight: value } },
    })
  }
})

test('JSON that is broken, and plain text where none may stand, are refused as before', async () => {
  const type = z.object({
    a: z.union([z.string(), z.object({ n: z.int() })]),
    b: z.object({ n: z.int() }).array().or(z.int()),
  })
  for (const argv of [
    ['--a', '{"n":'],
    ['--b', 'plain'],
  ]) {
    const { options, assignments } = parseArguments(argv, jsonSchema(type), callOptions)
    expect(await readInput({ options, assignments, type })).toMatchObject({
      ok: false,
      errors: [{ code: 'MalformedInput' }],
    })
  }
})
