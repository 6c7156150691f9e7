import { command, describeCommand } from '@heddle/core'
import { commandHelp } from '@heddle/serve'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { describeLines } from './describe-lines.ts'

const pay = command('bank.Pay', {
  input: z.object({}),
  output: z.void(),
  version: 1,
  deprecated: { since: '2026-11-01', sunset: '2027-05-01', use: 'bank.PayV2' },
  run: () => undefined,
})

test('what is deprecated says so where a command is described, and where its flags are', () => {
  const told = 'Deprecated since 2026-11-01, gone after 2027-05-01: use bank.PayV2.'
  const lines = describeLines(describeCommand(pay), {}, '')
  expect(lines).toContain(`  ${told}`)
  expect(lines.find((line) => line.includes('version 1'))).toBeDefined()
  expect(commandHelp(describeCommand(pay), {}, 'heddle call')).toContain(told)
})
