import { seededRandom } from '@heddle/core'
import { expect, test } from 'vitest'
import { Batches } from './batches.ts'
import { usualSettings } from './task-spec.ts'

/** The size of batches after some that took so many milliseconds for each record. */
function sizeAfter(msPerRecord: number, batches = new Batches(usualSettings, undefined)) {
  for (let nth = 0; nth < 20; nth++) batches.took(batches.size, batches.size * msPerRecord)
  return batches.size
}

test('batches grow while their time allows it, up to a limit', () => {
  expect(sizeAfter(0)).toBe(usualSettings.batch)
  // Of 5 ms a batch takes at least the half, and no more.
  const size = sizeAfter(0.002)
  expect(size * 0.002).toBeLessThanOrEqual(5)
  expect(size * 0.002).toBeGreaterThanOrEqual(2.5)
})

test('batches become small where records take long, but not one record each', () => {
  const batches = new Batches(usualSettings, undefined)
  sizeAfter(0, batches)
  expect(sizeAfter(1, batches)).toBe(16)
})

test('a batch that was not full does not let the next one grow', () => {
  const batches = new Batches(usualSettings, undefined)
  const { size } = batches
  batches.took(1, 0)
  expect(batches.size).toBe(size)
})

test('in a torture the sizes are random, and the same from a seed', () => {
  const sizes = (seed: number) => {
    const batches = new Batches(usualSettings, seededRandom(seed))
    return Array.from({ length: 20 }, () => batches.size)
  }
  expect(sizes(1)).toEqual(sizes(1))
  expect(new Set(sizes(1)).size).toBeGreaterThan(5)
})
