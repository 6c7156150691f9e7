import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byTime, compareIds, insertByTime, type KeptRecord } from './by-time.ts'

test('numbers in names of records count as numbers', () => {
  const ids = ['s/0/10', 's/0/9', 's/1/2', 's/0/9/1', 'a/0/11', 's/x/1', 's/0']
  expect(ids.toSorted(compareIds)).toEqual(['a/0/11', 's/0', 's/0/9', 's/0/9/1', 's/0/10', 's/1/2', 's/x/1'])
})

const id = fc
  .array(fc.oneof(fc.nat(12).map(String), fc.constantFrom('a', '', '01', '1a', '1e1', '-', 'x y')), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.join('/'))

test('the order of names is one and the same from whichever side it is asked', () => {
  fc.assert(
    fc.property(id, id, id, (a, b, c) => {
      expect(Math.sign(compareIds(a, b))).toBe(-Math.sign(compareIds(b, a)) || 0)
      expect(compareIds(a, b) === 0).toBe(a === b)
      if (compareIds(a, b) <= 0 && compareIds(b, c) <= 0) expect(compareIds(a, c)).toBeLessThanOrEqual(0)
    }),
    { numRuns: 2000 },
  )
})

test('a record is put where it belongs', () => {
  const record = fc.record({ time: fc.nat(5), id, value: fc.constant(0) })
  fc.assert(
    fc.property(fc.uniqueArray(record, { selector: (one) => one.id }), (records) => {
      const list: KeptRecord[] = []
      for (const one of records) insertByTime(list, one)
      expect(list).toEqual(records.toSorted(byTime))
    }),
  )
})
