import { expect, test } from 'vitest'
import { z } from 'zod'
import { createDecoder } from '../create-decoder.ts'

const schema = z.object({ id: z.string().min(2).max(4), n: z.int() })

test.each([
  ['🙂', false],
  ['🙂🙂', true],
  ['🙂a', true],
  ['🙂🙂🙂🙂', true],
  ['🙂🙂🙂🙂🙂', false],
  ['ä', false],
  ['äö', true],
  ['a', false],
  ['abcd', true],
  ['abcde', false],
])('the length of a text is counted in characters, also behind lines of the same layout: %s', (id, isSound) => {
  expect(schema.safeParse({ id, n: 1 }).success).toBe(isSound)
  const escaped = JSON.stringify(id).replace(
    /[^\0-~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  for (const written of [JSON.stringify(id), escaped]) {
    // The reader learns the layout of lines, and reads those that follow in a shorter way.
    const lines = [...Array.from({ length: 50 }, (_, n) => `{"id":"abc","n":${n}}`), `{"id":${written},"n":50}`, '']
    const decoder = createDecoder({ format: 'ndjson', schema })
    const bytes = Buffer.from(lines.join('\n'))
    let [at, values, bad] = [0, 0, 0]
    while (at < bytes.length) {
      const batch = decoder.decode(bytes.subarray(at), 0, 10, true)
      at += batch.consumed
      values += batch.values.length
      bad += batch.bad.length
    }
    expect({ values, bad }, written).toEqual({ values: isSound ? 51 : 50, bad: isSound ? 0 : 1 })
  }
})
