import { expect, test } from 'vitest'
import { placeIn } from './place-in.ts'

test.each([
  ['', '', ''],
  ['#/jobs', 'jobs', ''],
  ['#/jobs/', 'jobs', ''],
  ['#/jobs/flights.Delays', 'jobs', 'flights.Delays'],
  ['#/commands/bank.Open%20it/x', 'commands', 'bank.Open%20it/x'],
  ['#/dead-letters', 'letters', ''],
  ['#/no-such-place', 'no-such-place', ''],
])('the address %j names the place %j with %j behind it', (hash, name, rest) => {
  expect(placeIn(hash)).toEqual({ name, rest })
})
