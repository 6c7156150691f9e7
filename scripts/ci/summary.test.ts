import { expect, test } from 'vitest'
import { summarize } from './summary.ts'

test('reports are summed, and a file that failed before its first test counts', () => {
  const unit = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 }
  const broken = {
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 0,
    testResults: [{ status: 'failed', assertionResults: [] }],
  }
  expect(summarize([unit, broken])).toBe('8 passed, 2 failed, 3 skipped')
  expect(summarize([])).toBe('0 passed, 0 failed, 0 skipped')
})
