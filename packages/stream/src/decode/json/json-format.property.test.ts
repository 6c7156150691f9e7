import { type AnyFailure, castInput, decodeJson } from '@heddle/core'
import { afterEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { linesFor } from '../../../fixtures/decode/documents.ts'
import { type Decoded, decodeInPieces } from '../../../fixtures/decode/decode-in-pieces.ts'
import { Random } from '../../../fixtures/decode/random.ts'
import { schemas } from '../../../fixtures/decode/schemas.ts'
import { createDecoder } from '../create-decoder.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 20261121)
const count = Number(process.env.HEDDLE_LINES ?? 600)

vi.setConfig({ testTimeout: 120_000 })

afterEach(() => void z.config({ jitless: false }))

const told = ({ path, message }: { path: readonly PropertyKey[]; message: string }) => ({ path: [...path], message })
const toldFailure = (failure: AnyFailure) => told(failure)

/** Every line by itself: the decoder of the surfaces, the casts of the surfaces, and Zod. */
function byZod(lines: readonly Buffer[], schema: z.ZodType) {
  const values: unknown[] = []
  const bad: { index: number; line: number; byte: number; errors: object[] }[] = []
  let byte = 0
  for (const [at, line] of lines.entries()) {
    if (line.toString('latin1').replace(/[ \t\r]/g, '') !== '') {
      const decoded = decodeJson(line)
      const parsed = decoded.ok ? schema.safeParse(castInput(schema, decoded.value, 'json')) : undefined
      if (parsed?.success) values.push(parsed.data)
      else {
        const errors = decoded.ok ? parsed!.error!.issues.map(told) : decoded.errors.map(toldFailure)
        bad.push({ index: values.length, line: at + 1, byte, errors })
      }
    }
    byte += line.length + 1
  }
  return { values, bad }
}

const plain = ({ values, bad }: Decoded) => ({
  values,
  bad: bad.map(({ index, line, byte, errors }) => ({ index, line, byte, errors: errors.map(toldFailure) })),
})

/** The same type as another object: decoders of one type share what they learn. */
const anew = (schema: z.ZodType): z.ZodType => schema.describe('another one')

/** The order of fields too, which `toEqual` does not see. */
const asText = (values: unknown) =>
  JSON.stringify(values, (_, value: unknown) =>
    value === undefined
      ? 'undefined'
      : typeof value === 'bigint'
        ? `${value}n`
        : value instanceof Set
          ? [...value]
          : Object.is(value, -0)
            ? '-0'
            : value,
  )

const streamOf = (lines: readonly Buffer[]) => Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]))

test.each(Object.entries(schemas))(
  `gives the values and the failures that Zod gives, in the type %s (seed ${seed})`,
  (_name, schema) => {
    for (const jitless of [false, true]) {
      z.config({ jitless })
      const random = new Random(seed)
      const lines = linesFor(schema, random, count)
      const expected = byZod(lines, schema)
      const decoder = createDecoder({ format: 'ndjson', schema: anew(schema) })
      const decoded = decodeInPieces(decoder, streamOf(lines), random, 3_000)
      expect(plain(decoded)).toEqual(expected)
      expect(asText(decoded.values)).toBe(asText(expected.values))
      expect(decoded.values.length).toBeGreaterThan(count / 20)
      expect(decoded.bad.length).toBeGreaterThan(0)
      expect(decoder.position).toEqual({
        byte: streamOf(lines).length,
        line: lines.length,
        record: decoded.values.length + decoded.bad.length,
      })
    }
  },
)

/** What is asked for of each type: fields, fields of fields, fields that are not there. */
const paths: Readonly<Record<string, readonly (readonly string[])[]>> = {
  flat: [['qty'], ['price']],
  bounds: [['kind']],
  sometimes: [['c'], ['b'], ['nothing']],
  nested: [
    ['origin', 'at', 'lat'],
    ['origin', 'code'],
    ['to', 'code'],
  ],
  nullable: [['origin', 'code']],
  strict: [['id']],
  loose: [['qty'], ['x']],
  refined: [['b']],
  fields: [['a']],
  dates: [['at']],
  unions: [['a', 'b']],
  records: [['map', 'a']],
  odd: [['ä'], ['1']],
  wide: [['f3'], ['f69']],
  empty: [['a']],
  chain: [['next', 'name']],
}

test.each(Object.entries(paths))(
  `reads of a sound record what is needed as Zod would, in the type %s (seed ${seed})`,
  (name, needed) => {
    for (const jitless of [false, true]) {
      z.config({ jitless })
      const random = new Random(seed + 1)
      const lines = linesFor(schemas[name]!, random, count).filter((line) => decodeJson(line).ok)
      const decoder = createDecoder({ format: 'ndjson', schema: anew(schemas[name]!), mode: 'needed', needed })
      const decoded = decodeInPieces(decoder, streamOf(lines), random, 3_000)
      expect(decoder.describe().mode).toBe('needed')
      const whole = createDecoder({ format: 'ndjson', schema: schemas[name]! })
      for (const [line, value] of goodLines(lines, decoded)) {
        const { values } = whole.decode(Buffer.from(line), 0, 1, true)
        // Where all of the record is right, the fields that were asked for are those of the whole.
        if (values.length === 1) expect(values[0]).toMatchObject(value as object)
      }
      const bad = new Set(decoded.bad.map(({ line }) => line))
      for (const [at, line] of lines.entries()) {
        if (bad.has(at + 1)) expect(byZod([line], schemas[name]!).values).toEqual([])
      }
    }
  },
)

function goodLines(lines: readonly Buffer[], { values, bad }: Decoded): [Buffer, unknown][] {
  const refused = new Set(bad.map(({ line }) => line))
  const good = lines.filter((line, at) => !refused.has(at + 1) && line.toString('latin1').trim() !== '')
  expect(good.length).toBe(values.length)
  return good.map((line, at) => [line, values[at]])
}

test(`reads of any line what it would read of it alone: what came before does not matter (seed ${seed})`, () => {
  for (const [name, needed] of Object.entries(paths)) {
    const random = new Random(seed + 2)
    const options = { format: 'ndjson', mode: 'needed', needed } as const
    const freshDecoder = () => createDecoder({ ...options, schema: anew(schemas[name]!) })
    const lines = linesFor(schemas[name]!, random, count / 3)
    const together = decodeInPieces(freshDecoder(), streamOf(lines), random, 3_000)
    const alone = lines.map((line) => freshDecoder().decode(Buffer.concat([line, Buffer.from('\n')]), 0, 9, true))
    expect(together.values).toEqual(alone.flatMap(({ values }) => values))
    expect(together.bad.map(({ text, errors }) => [text, errors.map(toldFailure)])).toEqual(
      alone.flatMap(({ bad }) => bad.map(({ text, errors }) => [text, errors.map(toldFailure)])),
    )
  }
})

/** The same line with a space behind each comma and colon that is not in a text. */
const spaced = (line: Buffer) =>
  Buffer.from(line.toString('utf8').replace(/"(?:[^"\\]|\\.)*"|[,:]/g, (part) => (part.length > 1 ? part : `${part} `)))

test.each(['strict', 'needed', 'whole'] as const)(
  `reads of lines with spaces between fields what it reads of those without, %s (seed ${seed})`,
  (mode) => {
    for (const [name, needed] of Object.entries(paths)) {
      const random = new Random(seed + 4)
      const lines = linesFor(schemas[name]!, random, count).filter((line) => decodeJson(line).ok)
      const read = (of: readonly Buffer[]) =>
        decodeInPieces(
          createDecoder({ format: 'ndjson', mode, needed, schema: anew(schemas[name]!) }),
          streamOf(of),
          random,
          3_000,
        )
      const [dense, wide, mixed] = [
        lines,
        lines.map(spaced),
        lines.map((line, at) => (at % 3 > 0 ? line : spaced(line))),
      ]
      const { values, bad } = read(dense)
      expect(values.length).toBeGreaterThan(count / 20)
      for (const other of [read(wide), read(mixed)]) {
        expect(asText(other.values)).toBe(asText(values))
        expect(other.bad.map(({ line }) => line)).toEqual(bad.map(({ line }) => line))
      }
    }
  },
)

test(`gives what JSON.parse gives where nothing is to be checked (seed ${seed})`, () => {
  const random = new Random(seed + 3)
  const lines = linesFor(schemas.nested!, random, count * 3)
  const decoded = decodeInPieces(createDecoder({ format: 'ndjson', mode: 'whole' }), streamOf(lines), random, 5_000)
  const expected = lines.flatMap((line) => {
    try {
      const text = new TextDecoder('utf8', { fatal: true, ignoreBOM: true }).decode(line)
      return [JSON.parse(text) as unknown]
    } catch {
      return []
    }
  })
  expect(decoded.values).toEqual(expected)
  expect(asText(decoded.values)).toBe(asText(expected))
  expect(decoded.bad.length).toBeGreaterThan(10)
})
