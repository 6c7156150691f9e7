import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { LinePlaces } from '../../task/line-places.ts'
import { sourceHost } from '../../testing/source-host.ts'
import { fileSourceKind } from '../file.ts'

const root = mkdtempSync(join(tmpdir(), 'heddle-line-places-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A quote that is not closed: how many lines it takes is not known beforehand. */
const open = '1,"'

/** Pieces of a file, and whether they are a record. */
const pieces = {
  'a.ndjson': {
    head: '',
    of: (n: number) => `{"n":${n},"text":"a"}`,
    more: [
      '',
      '  ',
      '\r',
      'nothing',
      '{"n":"1","text":"b"}',
      `{"n":1,"text":"${'x'.repeat(200)}"}`,
      'x'.repeat(140_000),
    ],
    records: (piece: string) => piece.trim() !== '',
  },
  'a.csv': {
    head: '\n\nn,text\n',
    of: (n: number) => `${n},a`,
    more: [
      '',
      '2,a\r',
      '1,"b\nc\n"',
      'x,"d\n"',
      '1,2,3',
      '1,b"c',
      '1,',
      `1,${'x'.repeat(200)}`,
      'x'.repeat(140_000),
      open,
    ],
    records: (piece: string) => piece.trim() !== '',
  },
}

test.each(Object.entries(pieces))('the line of each record of %s is known, however it is read', async (name, kind) => {
  const source = fileSourceKind.create({ path: name, maxLine: '150B' })
  const host = sourceHost({ root, schema: z.object({ n: z.coerce.number(), text: z.string() }) })
  const some = fc.oneof(fc.nat(99).map(kind.of), fc.constantFrom(...kind.more))
  await fc.assert(
    fc.asyncProperty(
      fc.array(some, { maxLength: 25 }),
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }),
      fc.nat(9),
      async (list, isEnded, sizes, anew) => {
        writeFileSync(join(root, name), kind.head + list.join('\n') + (isEnded ? '\n' : ''))
        let line = 1 + kind.head.split('\n').length - 1
        const expected: string[] = []
        for (const piece of list) {
          if (kind.records(piece)) expected.push(`${name}:${line}`)
          line += piece.split('\n').length
        }
        const places = new LinePlaces()
        const found: (string | undefined)[] = []
        const opened = await source.open(host)
        let reader = await opened.openPartition('0', undefined)
        for (let turn = 0; ; turn++) {
          const batch = await reader.read(sizes[turn % sizes.length]!)
          if (!batch) break
          places.add(batch.lines!, found.length)
          const { values, unread = [] } = batch
          for (const [at, { index, origin }] of unread.entries()) {
            expect(places.of(found.length + index + at)).toBe(origin)
          }
          for (let at = 0; at < values.length + unread.length; at++) found.push(places.of(found.length))
          if (turn % 10 === anew) {
            await reader.close()
            reader = await opened.openPartition('0', JSON.parse(JSON.stringify(batch.position)))
          }
        }
        await reader.close()
        if (list.includes(open)) return
        expect(found).toEqual(expected)
        expect(found.map((_, offset) => places.of(offset))).toEqual(expected)
      },
    ),
    { numRuns: 200 },
  )
})
