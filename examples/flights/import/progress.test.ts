import type { Clock } from 'heddle'
import { expect, test } from 'vitest'
import { createProgress } from './progress.ts'

/** Shows 0, 100 … 1,000 of 1,000 rows, 50 ms apart. */
function record(terminal: { isTTY?: boolean; columns?: number }, from = 0): string[] {
  const written: string[] = []
  let nowMs = 5000
  const clock: Clock = { now: () => nowMs }
  const progress = createProgress(
    { write: (text) => void written.push(text), ...terminal },
    clock,
    'a.json',
    'rows',
    1000,
  )
  for (let done = from; done <= 1000; done += 100, nowMs += 50) progress.show(done)
  progress.end(3)
  return written
}

test('where nobody looks there is a line at most every 100 ms, with percentage and rate', () => {
  expect(record({}).slice(0, 2)).toEqual([
    'a.json   20 %  200 of 1,000  2,000 rows/s\n',
    'a.json   40 %  400 of 1,000  2,000 rows/s\n',
  ])
  expect(record({}).at(-1)).toBe('a.json  100 %  1,000 of 1,000  1,818 rows/s, 3 refused\n')
})

test('on a terminal a bar is drawn over itself and never wraps', () => {
  const wide = record({ isTTY: true, columns: 100 })
  expect(wide[0]).toBe('\r\u001b[2K[####................] a.json   20 %  200 of 1,000  2,000 rows/s')
  expect(wide.at(-1)).toMatch(/\n$/)
  for (const text of record({ isTTY: true, columns: 40 }).slice(0, -1)) {
    expect(text.length).toBeLessThan('\r\u001b[2K'.length + 40)
  }
})

test('an import that goes on counts only what it did itself for the rate', () => {
  expect(record({}, 600)[0]).toBe('a.json   80 %  800 of 1,000  2,000 rows/s\n')
})

test('a file without rows is done', () => {
  let text = ''
  const progress = createProgress({ write: (more) => (text += more) }, { now: () => 0 }, 'a.json', 'rows', 0)
  progress.show(0)
  progress.end(0)
  expect(text).toBe('a.json  100 %  0 of 0  0 rows/s\n')
})
