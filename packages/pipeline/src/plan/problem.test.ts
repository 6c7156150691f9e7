import { expect, test } from 'vitest'
import { formatProblem } from './problem.ts'

const about = { about: 'name', path: ['steps', 0] } as const

test('what was probably meant is told also where the wrong name holds it', () => {
  const problem = { ...about, message: 'There is no command "mail.Sends"', suggestion: 'mail.Send' }
  expect(formatProblem(problem)).toBe('steps/0 There is no command "mail.Sends"; did you mean mail.Send?')
})

test('what the sentence names already is not told twice', () => {
  const problem = { ...about, message: 'Write "mail.Send" for it', suggestion: 'mail.Send', expected: 'mail.Send' }
  expect(formatProblem(problem)).toBe('steps/0 Write "mail.Send" for it')
})
