import { expect, test } from 'vitest'
import { dirtiedQueries, touchedPorts } from './touched.ts'

const query = { kind: 'query', uses: [], calls: [] } as const
const commands = {
  'bank.Find': { ...query, uses: ['bank.Account'] },
  'bank.Report': { ...query, calls: ['bank.Find'] },
  'shop.List': { ...query, uses: ['shop.Order'] },
  'bank.Pay': { kind: 'command', uses: [], calls: ['bank.Book'] },
  'bank.Book': { kind: 'command', uses: ['bank.Account'], calls: ['bank.Pay'] },
} as const

test('a command touches what those that it calls use, also in a circle', () => {
  expect([...touchedPorts(commands, 'bank.Pay')]).toEqual(['bank.Account'])
  expect([...touchedPorts(commands, 'bank.Unknown')]).toEqual([])
})

test('a command dirties the queries that touch the same repositories, and a query none', () => {
  expect(dirtiedQueries(commands, 'bank.Pay')).toEqual(['bank.Find', 'bank.Report'])
  expect(dirtiedQueries(commands, 'bank.Find')).toEqual([])
})
