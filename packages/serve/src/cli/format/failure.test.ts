import { systemFailure } from '@heddle/core'
import { expect, test } from 'vitest'
import { formatFailure } from './failure.ts'

test('a message of several lines is shown as several lines, and control characters as what they are', () => {
  const failure = systemFailure('InvalidUsage', {
    reason: 'plan.yaml is no plan:\n  1:1 no \u001b[2J steps\n  2:1 no name',
  })
  expect(formatFailure(failure)).toEqual([
    'InvalidUsage: The command line is not valid: plan.yaml is no plan:',
    '  1:1 no \\u001b[2J steps',
    '  2:1 no name.',
    '  Ask with --help.',
  ])
})
