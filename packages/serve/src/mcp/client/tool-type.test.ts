import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/client/validators/cf-worker'
import { expect, test } from 'vitest'
import { faultIn, type ToolSchema, toolType } from './tool-type.ts'

const evil = '^(a+)+$'
const hostile = `${'a'.repeat(40)}!`

test.each<[string, ToolSchema, unknown]>([
  ['of a text', { type: 'object', properties: { a: { type: 'string', pattern: evil } } }, { a: hostile }],
  ['of what a reference leads to', { $ref: '#/$defs/A', $defs: { A: { type: 'string', pattern: evil } } }, hostile],
  ['of the items of a list', { type: 'array', prefixItems: [true], items: { pattern: evil } }, [1, hostile]],
  ['of a name', { type: 'object', propertyNames: { pattern: evil } }, { [hostile]: 1 }],
  ['of fields', { patternProperties: { [evil]: true }, additionalProperties: false }, { [hostile]: 1 }],
  ['of one among many rules', { allOf: [{ type: 'string' }, { pattern: evil }] }, hostile],
])('a pattern %s that JavaScript would try for ever is answered at once', (_, schema, value) => {
  expect(faultIn(schema)(value)).toMatch(/match pattern|no such field/)
  expect(toolType(schema).safeParse(value).success).toBe(false)
})

test.each<[string, ToolSchema, unknown]>([
  ['under what must not be', { not: { pattern: evil } }, hostile],
  ['under one of many', { oneOf: [{ pattern: evil }, { type: 'string' }] }, 'a'],
  ['under a condition', { if: { pattern: evil }, then: false }, 'aa'],
  ['that looks around', { pattern: '^(?=(a+)+$)b' }, hostile],
  [
    'of fields with a rule for all others',
    { patternProperties: { '(?=a)': true }, additionalProperties: false },
    { b: 1 },
  ],
])('a pattern %s is left to the tool', (_, schema, value) => {
  expect(faultIn(schema)(value)).toBeUndefined()
})

test.each<[ToolSchema, unknown[], unknown[]]>([
  [{ type: 'string', pattern: '^[a-z]+$' }, ['ab'], ['A', 1]],
  [{ patternProperties: { '^x-': { type: 'string' } } }, [{ 'x-a': 'b' }, { y: 1 }], []],
  [
    { patternProperties: { '^x-': { pattern: '^b' } }, additionalProperties: { pattern: '^c' } },
    [{ 'x-a': 'b', d: 'c' }],
    [{ 'x-a': 'c' }, { d: 'b' }],
  ],
  [
    { uniqueItems: true },
    [[1, 2, { a: 1 }], 'x'],
    [
      [1, 1],
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
    ],
  ],
  [{ oneOf: [{ type: 'string' }, { minLength: 2 }], pattern: 'a' }, ['a', 7], ['aa', 'b']],
  [{ not: { const: 'aa' }, pattern: 'a' }, ['a'], ['aa', 'b']],
  [{ const: { type: 'x', pattern: 'y' } }, [{ type: 'x', pattern: 'y' }], [{ type: 'x' }]],
  [{ properties: { type: { pattern: '^a' } }, required: ['type'] }, [{ type: 'a' }], [{ type: 'b' }, {}]],
])('%j takes and refuses what it would with JavaScript’s own engine', (schema, good, bad) => {
  const native = new CfWorkerJsonSchemaValidator().getValidator(structuredClone(schema) as never)
  const fault = faultIn(schema)
  for (const value of good) expect([native(value).valid, fault(value)]).toEqual([true, undefined])
  for (const value of bad) expect([native(value).valid, typeof fault(value)]).toEqual([false, 'string'])
})

test('a schema that doubles with each line, and a long list that must hold nothing twice, do not keep the process busy', () => {
  const $defs = Object.fromEntries(
    Array.from({ length: 60 }, (_, line) => {
      const next = { $ref: `#/$defs/a${line + 1}` }
      return [`a${line}`, line === 59 ? { type: 'string' } : { allOf: [next, next] }]
    }),
  )
  expect(faultIn({ $ref: '#/$defs/a0', $defs })('x')).toBeUndefined()
  expect(faultIn({ $ref: '#/$defs/a0', $defs: { ...$defs, b: { pattern: 'a' } } })('x')).toBeUndefined()
  const itself = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } }
  expect(faultIn(itself)('x')).toBeUndefined()
  const list = Array.from({ length: 200_000 }, (_, index) => index)
  expect(faultIn({ uniqueItems: true })(list)).toBeUndefined()
})
