import { expect, test } from 'vitest'
import { z } from 'zod'
import { jsonSchemaOf } from '../schema/json-schema.ts'
import { checkTypes } from '../testing/check-types.ts'
import {
  clamp,
  Email,
  integer,
  length,
  listTypes,
  lower,
  namedType,
  nameOfType,
  parseType,
  registerType,
  searchTypes,
  strip,
  type,
} from './index.ts'

test.each(listTypes().map((entry) => [entry.name, entry] as const))(
  '%s does what its examples say, compiled as well as by Zod, and says what it expected',
  (_name, entry) => {
    expect(checkTypes([entry])).toEqual([])
  },
)

test('a name is a type, with arguments beside it where it takes any', () => {
  expect(type('Email')).toBe(Email)
  expect(type('length', { min: 1, max: 3 }).safeParse('abcd').success).toBe(false)
  expect(parseType({ type: 'range', min: 0 }).parse(7)).toBe(7)
})

test('a list adds blocks to a type in their order, and pipes into a further type', () => {
  const name = parseType(['string', 'strip', { type: 'length', min: 1, max: 5 }, 'upper'])
  expect(name.parse('  abc ')).toBe('ABC')
  expect(name.safeParse('      ').success).toBe(false)
  expect(parseType(['strip', 'lower', 'Email']).parse(' Ann@Example.com ')).toBe('ann@example.com')
})

test('types nest as data', () => {
  const order = parseType({
    type: 'object',
    fields: {
      id: 'Uuid',
      lines: { type: 'list', of: { type: 'object', fields: { qty: ['integer', { type: 'clamp', max: 9 }] } } },
    },
  })
  const id = '018f4e1a-9c1b-7def-8abc-0123456789ab'
  expect(order.parse({ id, lines: { qty: '12' } })).toEqual({ id, lines: [{ qty: 9 }] })
})

test.each([
  ['Emial', 'the type "Emial": there is none of this name.'],
  ['e-mail', 'there is none of this name; did you mean "Email"?'],
  [{ type: 'length', maximum: 3 }, 'it has no argument "maximum": it takes min, max'],
  [{ type: 'strip', min: 1 }, 'it has no argument "min": it takes none'],
  [{ type: 'length' }, 'expected "min", "max" or both'],
  [{ type: 'pattern', matches: '(' }, 'matches: expected a regular expression'],
  [{ type: 'list', of: 'nothing' }, 'the type "nothing": there is none of this name'],
  [[], 'an empty list is none'],
] as const)('what is wrong in data is named: %j', (data, message) => {
  expect(() => parseType(data)).toThrow(message)
})

test('in code, types and blocks are Zod’s own building blocks', () => {
  const user = z.object({
    email: Email.check(lower()),
    name: z.string().check(strip(), ...length({ min: 1, max: 5 })),
    age: integer(),
    stars: z.number().check(clamp({ min: 0, max: 5 })),
  })
  expect(user.parse({ email: 'Ann@example.com', name: ' Ann ', age: '41', stars: 7 })).toEqual({
    email: 'ann@example.com',
    name: 'Ann',
    age: 41,
    stars: 5,
  })
})

test('arguments that do not fit are refused in code too', () => {
  expect(() => length({})).toThrow('expected \\"min\\", \\"max\\" or both')
})

test('a custom type is registered once, under one word', () => {
  const Sku = namedType('TestSku', {
    summary: 'A stock keeping unit.',
    type: z.string().regex(/^[A-Z]{3}-\d{4}$/, 'Invalid SKU: expected three capitals, a dash and four digits'),
    takes: ['ABC-1234'],
    refuses: ['abc'],
  })
  expect(type('TestSku')).toBe(Sku)
  expect(nameOfType(Sku)).toBe('TestSku')
  expect(checkTypes(listTypes().filter(({ name }) => name === 'TestSku'))).toEqual([])
  const again = { name: 'TestSku', kind: 'type', summary: '', tags: [], make: () => z.any(), examples: [] } as const
  expect(() => registerType(again)).toThrow('The name type TestSku is defined twice')
  expect(() => registerType({ ...again, name: 'test sku' })).toThrow('one word of letters and digits')
})

test('the JSON Schema of a type says under which name it is known', () => {
  const json = jsonSchemaOf(
    z.object({ mail: Email.max(40).optional(), size: type('list', { of: 'PositiveInt' }) }),
    'input',
  )
  expect(json).toMatchObject({
    properties: {
      mail: { 'x-type': 'Email', format: 'email', maxLength: 40 },
      size: { type: 'array', items: { 'x-type': 'PositiveInt', exclusiveMinimum: 0 } },
    },
  })
})

test('types are found by name first, then by tag and by what is said of them', () => {
  const found = (text: string) => searchTypes(text).map(({ name }) => name)
  expect(found('email')).toEqual(['Email', 'email'])
  expect(found('white space')).toEqual(['collapseSpaces', 'strip'])
  expect(found('trim')).toEqual(['strip'])
  expect(found('nothing like it')).toEqual([])
})

test('examples that do not hold are found', () => {
  const wrong = {
    name: 'wrong',
    kind: 'type',
    summary: '',
    tags: [],
    make: () => z.int().refine((value) => value < 3, 'no'),
    examples: [{ takes: ['a', 5], turns: [[1, 2]], refuses: [1, 4] }],
  } as const
  expect(checkTypes([wrong])).toEqual([
    'wrong refuses "a": Invalid input: expected number, received string',
    'wrong refuses 5: no',
    'wrong turns 1 into 1, not into 2',
    'wrong takes 1',
    'wrong refuses 5 and does not say what was expected: no',
  ])
})
