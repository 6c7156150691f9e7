import { expect, test } from 'vitest'
import { z } from 'zod'
import { createDecoder } from '../create-decoder.ts'
import type { DecoderOptions } from '../options.ts'

const decode = (text: string, options: Omit<DecoderOptions, 'format'> = {}) =>
  createDecoder({ format: 'csv', ...options }).decode(Buffer.from(text), 0, 1_000, true)

test('a record with another number of fields tells line and column', () => {
  const { values, bad } = decode('a,b\n1,2\n3\n4,5,6\n"x\ny",7\n')
  expect(values).toEqual([
    { a: '1', b: '2' },
    { a: 'x\ny', b: '7' },
  ])
  expect(bad.map(({ index, line, byte, text, errors }) => [index, line, byte, text, errors[0]!.message])).toEqual([
    [1, 3, 8, '3', expect.stringContaining('expected 2 columns but found 1, at column 2')],
    [1, 4, 10, '4,5,6', expect.stringContaining('expected 2 columns but found 3, at column 6')],
  ])
})

test('a stray quote spoils its line and none behind it', () => {
  const { values, bad } = decode('a,b\n1,2"\n3,"4"x\n5,6\n"7,8\n9,0\n')
  expect(bad.map(({ line, text }) => [line, text])).toEqual([
    [2, '1,2"'],
    [3, '3,"4"x'],
    [5, '"7,8'],
  ])
  expect(values).toEqual([
    { a: '5', b: '6' },
    { a: '9', b: '0' },
  ])
})

test('goes on from a position, which remembers the columns', () => {
  const bytes = Buffer.from('a;b\n1;2\n3;4\n')
  const options = { format: 'csv', csv: { delimiter: ';' } } as const
  const first = createDecoder(options)
  const { consumed } = first.decode(bytes, 0, 1, true)
  expect(first.position).toEqual({ byte: 8, line: 2, record: 1, columns: ['a', 'b'] })
  const second = createDecoder(options)
  second.seek(first.position)
  expect(second.decode(bytes, consumed, 9, true).values).toEqual([{ a: '3', b: '4' }])
})

test('reads the columns that are needed and passes over the others', () => {
  const schema = z.object({ a: z.int(), b: z.int(), c: z.int() })
  const options = { schema, mode: 'needed', needed: [['c']] } as const
  expect(decode('a,b,c\nx,y,3\n', options).values).toEqual([{ c: 3 }])
  expect(createDecoder({ format: 'csv', ...options }).describe()).toMatchObject({ mode: 'needed', reads: ['c'] })
})

test('leaves texts as they are where nothing is to be checked', () => {
  const schema = z.object({ a: z.int() })
  expect(decode('a,b\n1\n2,3,4\n', { schema, mode: 'whole' }).values).toEqual([{ a: '1' }, { a: '2', b: '3' }])
})

test('without a header the fields of the type name the columns, or the settings do', () => {
  const csv = { header: false }
  expect(decode('1,x\n', { csv, schema: z.object({ n: z.int(), t: z.string() }) }).values).toEqual([{ n: 1, t: 'x' }])
  expect(decode('1,x\n', { csv: { ...csv, columns: ['n', 't'] } }).values).toEqual([{ n: '1', t: 'x' }])
  expect(() => decode('1,x\n', { csv })).toThrow('needs `columns`')
})

test('a record that is too long is refused and its rest is passed over without being held', () => {
  const decoder = createDecoder({ format: 'csv', maxLineBytes: 10 })
  const first = decoder.decode(Buffer.from('a,b\n"aaaaaaaaaaaa'), 0, 9, false)
  expect(first.bad.map(({ line, errors }) => [line, errors[0]!.code])).toEqual([[2, 'TooLarge']])
  expect(first.consumed).toBe(17)
  const second = decoder.decode(Buffer.from('aaaa",1\n2,3\n'), 0, 9, false)
  expect(second.values).toEqual([{ a: '2', b: '3' }])
  expect(decoder.position).toEqual({ byte: 29, line: 3, record: 2, columns: ['a', 'b'] })
})

test('a name that stands twice in the header, or a delimiter of two characters, is an error at once', () => {
  expect(() => decode('a,a\n1,2\n')).toThrow('names the column "a" twice')
  expect(() => decode('a\n', { csv: { delimiter: '||' } })).toThrow('the delimiter is one ASCII character')
})
