import { expect, test } from 'vitest'
import type { Key } from '../record/record.ts'
import { runOperator } from '../testing/run-operator.ts'
import { record } from '../testing/stream-events.ts'
import { testOperator } from '../testing/test-operator.ts'
import { keyByOperator } from './key-by.ts'

const byOrigin = () => keyByOperator({ by: (value) => (value as { readonly origin: Key }).origin })

testOperator(byOrigin, [
  {
    name: 'passes records on, and what is withdrawn',
    events: [record({ origin: 'SFO' }, 1), record({ origin: 'SFO' }, 1, { weight: -1 })],
    expected: [record({ origin: 'SFO' }, 1), record({ origin: 'SFO' }, 1, { weight: -1 })],
  },
])

test('gives each record its key, instead of the one that it had', () => {
  const events = [record({ origin: 'SFO' }, 1, { key: 'old' }), record({ origin: ['a', 1] }, 2)]
  expect(runOperator(byOrigin, events, { keys: true }).map(({ key }) => key)).toEqual(['SFO', ['a', 1]])
})
