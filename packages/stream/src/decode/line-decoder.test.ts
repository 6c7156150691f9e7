import { expect, test } from 'vitest'
import { z } from 'zod'
import { createDecoder } from './create-decoder.ts'

const schema = z.object({ a: z.int() })

test('tells of a bad record where it stands, what it is and what is wrong', () => {
  const decoder = createDecoder({ format: 'ndjson', schema })
  const { values, bad, consumed, lines } = decoder.decode(
    Buffer.from('{"a":1}\n\n{"a":1.5}\r\n{"a":2,"a":3}\n{"a"'),
    0,
    9,
    false,
  )
  expect([values, consumed, lines]).toEqual([[{ a: 1 }], 34, 4])
  expect(
    bad.map(({ index, line, byte, text, errors }) => [
      index,
      line,
      byte,
      text,
      errors.map(({ code, path }) => [code, path]),
    ]),
  ).toEqual([
    [1, 3, 9, '{"a":1.5}\r', [['InvalidType', ['a']]]],
    [1, 4, 20, '{"a":2,"a":3}', [['DuplicateKey', ['a']]]],
  ])
  expect(decoder.position).toEqual({ byte: 34, line: 4, record: 3 })
})

test('the last line counts without a line feed once nothing more comes, and a byte order mark is none of it', () => {
  const decoder = createDecoder({ format: 'ndjson', schema })
  const bytes = Buffer.from('\ufeff{"a":1}')
  expect(decoder.decode(bytes.subarray(0, 2), 0, 9, false).consumed).toBe(0)
  expect(decoder.decode(bytes, 0, 9, false)).toMatchObject({ values: [], consumed: 3 })
  expect(decoder.decode(bytes, 3, 9, true)).toMatchObject({ values: [{ a: 1 }], consumed: 7, lines: 1 })
})

test('reads no more records than it is asked for, bad ones among them', () => {
  const decoder = createDecoder({ format: 'ndjson', schema })
  const bytes = Buffer.from('{"a":1}\n{"a":"x"}\n{"a":3}\n')
  const { values, bad, consumed } = decoder.decode(bytes, 0, 2, true)
  expect([values, bad.length, consumed]).toEqual([[{ a: 1 }], 1, 18])
  expect(decoder.decode(bytes, consumed, 2, true).values).toEqual([{ a: 3 }])
})

test.each(['ndjson', 'lines'] as const)(
  'a line of %s that is too long is refused once, wherever it is cut, and not held',
  (format) => {
    const good = format === 'ndjson' ? '"good"' : 'good'
    const bytes = Buffer.from(`${good}\n"${'x'.repeat(100)}"\n${good}\n`)
    for (let cut = 1; cut < bytes.length; cut++) {
      const decoder = createDecoder({ format, maxLineBytes: 50 })
      const first = decoder.decode(bytes.subarray(0, cut), 0, 9, false)
      // What waits for its end is never more than the limit.
      expect(cut - first.consumed).toBeLessThanOrEqual(50)
      const second = decoder.decode(bytes.subarray(first.consumed), 0, 9, true)
      const bad = [...first.bad, ...second.bad]
      expect([...first.values, ...second.values], `cut at ${cut}`).toEqual(['good', 'good'])
      expect(bad.map(({ line, byte, errors }) => [line, byte, errors[0]!.code])).toEqual([
        [2, good.length + 1, 'TooLarge'],
      ])
      expect(decoder.position).toMatchObject({ byte: bytes.length, line: 3, record: 3 })
    }
  },
)

test('the text of a bad record is cut', () => {
  const { bad } = createDecoder({ format: 'ndjson', schema }).decode(
    Buffer.from(`"${'ä'.repeat(20_000)}"\n`),
    0,
    9,
    true,
  )
  expect(bad[0]!.text).toHaveLength(8_192)
})

test('lines are texts, which a type may cast', () => {
  const bytes = Buffer.concat([Buffer.from('7\r\n\nx\n'), Buffer.from([0xff, 10])])
  const { values, bad } = createDecoder({ format: 'lines', schema: z.int() }).decode(bytes, 0, 9, true)
  expect(values).toEqual([7])
  expect(bad.map(({ line, errors }) => [line, errors[0]!.code])).toEqual([
    [3, 'InvalidType'],
    [4, 'MalformedInput'],
  ])
})

test('says what is read: all of a record where needed fields cannot be told apart', () => {
  const needed = [['a'], ['b', 'c']]
  const described = (type: z.ZodType) =>
    createDecoder({ format: 'ndjson', mode: 'needed', needed, schema: type }).describe()
  const record = z.object({ a: z.int(), b: z.object({ c: z.int(), d: z.int() }), e: z.int() })
  expect(described(record)).toMatchObject({ mode: 'needed', reads: ['a', 'b.c'] })
  expect(described(record.transform(({ a }) => a))).toMatchObject({ mode: 'strict' })
})
