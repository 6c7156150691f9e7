import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { decodeInPieces } from '../../../fixtures/decode/decode-in-pieces.ts'
import { Random } from '../../../fixtures/decode/random.ts'
import { createDecoder } from '../create-decoder.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 20261121)
const rounds = Number(process.env.HEDDLE_ROUNDS ?? 150)

const texts = [
  '',
  'a',
  'LAX',
  'with, comma',
  'with "quotes"',
  'two\nlines',
  'two\r\nlines',
  'ä',
  '🙂',
  ' space ',
  '"',
  '1',
  'a text that is longer than sixteen',
  ',',
  '\n',
]

/** A field as one writes it: in quotes where it has to be, and now and then where not. */
function written(text: string, random: Random): string {
  const mustQuote = /[",\n\r]/.test(text) || text === ''
  return mustQuote || random.chance(0.1) ? `"${text.replaceAll('"', '""')}"` : text
}

test(`reads what csv-parse reads, in whatever pieces it comes (seed ${seed})`, () => {
  for (let round = 0; round < rounds; round++) {
    const random = new Random(seed + round)
    const columns = Array.from({ length: 1 + random.below(5) }, (_, at) => `c${at}`)
    const rows = Array.from({ length: random.below(30) }, () => columns.map(() => random.pick(texts)))
    const lines = [columns, ...rows].map((row) => row.map((text) => written(text, random)).join(','))
    const text = lines.map((line) => line + random.pick(['\n', '\r\n', '\n\n'])).join('')
    const bytes = Buffer.from((random.chance(0.3) ? '\ufeff' : '') + (random.chance(0.3) ? text.trimEnd() : text))
    const oracle: unknown = parse(bytes, {
      bom: true,
      columns: true,
      record_delimiter: ['\n', '\r\n'],
      skip_empty_lines: true,
    })
    const { values, bad } = decodeInPieces(createDecoder({ format: 'csv' }), bytes, random, 60)
    expect(bad).toEqual([])
    expect(values, `HEDDLE_SEED=${seed + round} HEDDLE_ROUNDS=1`).toEqual(oracle)
  }
})

const flight = z.object({
  id: z.string(),
  delay: z.int(),
  distance: z.number().optional(),
  at: z.date(),
  late: z.boolean().nullable(),
  kind: z.enum(['a', 'b']).default('a'),
})

test(`casts and checks each record as a surface casts text, alone or in pieces (seed ${seed})`, () => {
  for (let round = 0; round < rounds; round++) {
    const random = new Random(seed + round)
    const header = 'id,delay,distance,at,late,kind,other'
    const rows = Array.from({ length: 20 }, () => [
      random.pick(['o-1', 'ä', '""', '"a,b"', '"x ""y"""']),
      random.pick(['1', '-7', '1.5', '', 'x', '007', '1e2', '12345678901234567890']),
      random.pick(['', '0.5', '100', 'far']),
      random.pick(['2026-11-01T12:00:00Z', 'yesterday']),
      random.pick(['true', 'false', 'null', '', 'yes']),
      random.pick(['a', 'b', '', 'c']),
      random.pick(['z', '']),
    ])
    const lines = rows.map((row) => (random.chance(0.1) ? row.slice(1) : row).join(random.chance(0.03) ? ',,' : ','))
    const bytes = Buffer.from([header, ...lines].join('\n'))
    const { values, bad } = decodeInPieces(createDecoder({ format: 'csv', schema: flight }), bytes, random, 80)
    const known = new Map<number, object>()
    const expected = lines.flatMap((line, at) => {
      const [fields = []] = parse(line) as string[][]
      if (fields.length !== 7) {
        known.set(at + 2, [['MalformedInput', []]])
        return []
      }
      const [id, delay, distance, when, late, kind] = fields
      const number = (text: string) => (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e\d+)?$/.test(text) ? Number(text) : text)
      const date = new Date(when!)
      const parsed = flight.safeParse({
        id,
        delay: number(delay!),
        ...(distance === '' ? {} : { distance: number(distance!) }),
        at: Number.isNaN(date.getTime()) ? when : date,
        late: late === '' || late === 'null' ? null : late === 'true' ? true : late === 'false' ? false : late,
        ...(kind === '' ? {} : { kind }),
      })
      if (parsed.success) return [parsed.data]
      known.set(
        at + 2,
        parsed.error.issues.map(({ path }) => path),
      )
      return []
    })
    expect(values).toEqual(expected)
    expect(new Set(bad.map(({ line }) => line))).toEqual(new Set(known.keys()))
    for (const { line, errors } of bad) {
      const told = known.get(line) as unknown[]
      expect(errors.map(({ code, path }) => (code === 'MalformedInput' ? [code, path] : path))).toEqual(told)
    }
  }
})
