import { expect, test } from 'vitest'
import { Arrivals, longestDelayMs, type Report, reportDelayMs, usualDelayMs } from './arrivals.ts'

const report = (row: number, arrivesAt: number): Report => ({
  row,
  arrivesAt,
  departure: { id: `20k:${row + 1}`, at: 0, delay: 0, distance: 1, origin: 'SFO', destination: 'JFK' },
})

test('most reports take up to twenty minutes, and one in a hundred up to two hours', () => {
  const delays = Array.from({ length: 100_000 }, (_, row) => reportDelayMs(row, 1))
  const slow = delays.filter((ms) => ms > usualDelayMs).length
  // One in a hundred may take two hours, and five in six of those take more than twenty minutes.
  expect(slow / delays.length).toBeCloseTo((0.01 * 5) / 6, 3)
  expect(Math.max(...delays)).toBeLessThan(longestDelayMs)
  expect(Math.max(...delays)).toBeGreaterThan(longestDelayMs * 0.95)
  expect(delays).toEqual(Array.from({ length: 100_000 }, (_, row) => reportDelayMs(row, 1)))
})

test('reports are taken in the order in which they arrive, and the earliest row that waits is known', () => {
  const arrivals = new Arrivals()
  arrivals.add([report(0, 50), report(1, 10), report(2, 30)])
  expect(arrivals.take(40, 10).map(({ row }) => row)).toEqual([1, 2])
  expect([arrivals.firstRow, arrivals.nextAt, arrivals.size]).toEqual([0, 50, 1])
  arrivals.add([report(3, 45), report(4, 60)])
  expect(arrivals.take(Infinity, 2).map(({ row }) => row)).toEqual([3, 0])
  expect([arrivals.firstRow, arrivals.size]).toEqual([4, 1])
  expect(arrivals.take(60, 5)).toEqual([])
  expect(arrivals.take(61, 5).map(({ row }) => row)).toEqual([4])
  expect([arrivals.firstRow, arrivals.nextAt, arrivals.size]).toEqual([undefined, undefined, 0])
})
