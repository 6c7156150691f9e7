import { jsonSchemaOf, type Schema, textual } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { JsonSchema } from '../../cli/json-schema.ts'
import { declareType } from './declare-type.ts'

const isAny = () => true
const decimal = textual(z.custom<object>(isAny), { read: (text) => text, pattern: '^[0-9.]+$', format: 'decimal' })

const declared = (type: Schema, side: 'input' | 'output' = 'output') =>
  declareType({ name: 'T', schema: jsonSchemaOf(type, side) as JsonSchema, side })

/** The type of one field. */
const fieldOf = (type: Schema, side: 'input' | 'output' = 'output') =>
  /readonly a\??: (.*)\n\}\n/s.exec(declared(z.object({ a: type as z.ZodType }), side))?.[1]

test.each([
  ['text', z.string(), 'string'],
  ['a number', z.int(), 'number'],
  ['nothing', z.null(), 'null'],
  ['a date', z.date(), 'Date'],
  ['a text that looks like a date', z.iso.datetime(), 'string'],
  ['a big integer', z.int64(), 'bigint'],
  ['a decimal, whose digits a number would lose', decimal, 'string'],
  ['listed values', z.enum(['a', "b'"]), "'a' | 'b\\''"],
  ['a literal beside its type', z.union([z.literal('a'), z.string()]), 'string'],
  ['a union with null', z.date().nullable(), 'Date | null'],
  ['one of listed texts or a date', z.union([z.literal('never'), z.date()]), "'never' | Date"],
  ['a date or any text, which nobody can tell apart', z.union([z.string(), z.date()]), 'string'],
  ['a list', z.array(z.date()), 'readonly Date[]'],
  ['a list of lists', z.array(z.array(z.int())), 'readonly (readonly number[])[]'],
  ['a list of alternatives', z.array(z.enum(['a', 'b'])), "readonly ('a' | 'b')[]"],
  ['a set', z.set(z.bigint()), 'readonly bigint[]'],
  ['a map', z.map(z.string(), z.date()), 'readonly (readonly [string, Date])[]'],
  ['a tuple', z.tuple([z.int(), z.string()], z.boolean()), 'readonly [number, string, ...boolean[]]'],
  [
    'lists in a tuple',
    z.tuple([z.int(), z.array(z.string()).optional()], z.array(z.int())),
    'readonly [number, (readonly string[])?, ...(readonly number[])[]]',
  ],
  ['a record', z.record(z.string(), z.int()), '{ readonly [field: string]: number }'],
  [
    'a record of some keys',
    z.partialRecord(z.enum(['x', 'y']), z.int()),
    '{ readonly x?: number; readonly y?: number }',
  ],
  ['an open object', z.looseObject({ x: z.int() }), '{ readonly x: number; readonly [field: string]: unknown }'],
  [
    'an object with further fields of a type',
    z.object({ x: z.string().optional() }).catchall(z.int()),
    '{ readonly x?: string; readonly [field: string]: number | string | undefined }',
  ],
  ['an empty object', z.object({}), 'Readonly<Record<string, never>>'],
  ['a name that is no word', z.object({ 'x-y': z.int() }), "{ readonly 'x-y': number }"],
  ['what only code knows', z.any(), 'unknown'],
])('of %s', (_, type, text) => {
  expect(fieldOf(type)).toBe(text)
})

test('what is sent may leave out what has a default, and say so', () => {
  const type = z.object({ a: z.int().default(1), at: z.union([z.string(), z.date()]) })
  expect(declared(type, 'input')).toBe(
    'export interface T {\n  readonly a?: number | undefined\n  readonly at: string | Date\n}\n',
  )
  expect(declared(type)).toContain('  readonly a: number\n')
})

test('descriptions stand where they belong, and cannot end their comment', () => {
  const type = z.object({ a: z.object({ b: z.int().describe('In */ cents.\n\nTwo lines.') }) })
  expect(declared(type)).toBe(
    [
      'export interface T {',
      '  readonly a: {',
      '    /**',
      '     * In *\\/ cents.',
      '     *',
      '     * Two lines.',
      '     */',
      '    readonly b: number',
      '  }',
      '}',
      '',
    ].join('\n'),
  )
})

test('a type that holds its own kind is declared with a name', () => {
  type Tree = { at: Date; children: Tree[] }
  const tree: z.ZodType<Tree> = z.object({ at: z.date(), children: z.array(z.lazy(() => tree)) })
  expect(declared(z.object({ tree }))).toBe(
    [
      'export interface T {',
      '  readonly tree: TPart0',
      '}',
      '',
      'export interface TPart0 {',
      '  readonly at: Date',
      '  readonly children: readonly TPart0[]',
      '}',
      '',
    ].join('\n'),
  )
  expect(declared(tree)).toContain('export type T = TSelf\n\nexport interface TSelf {')
})

test('a type that is no object is declared by what it is', () => {
  expect(declared(z.array(z.int()))).toBe('export type T = readonly number[]\n')
  expect(declared(z.void())).toBe('export type T = null\n')
})
