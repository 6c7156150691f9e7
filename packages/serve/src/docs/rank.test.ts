import { expect, test } from 'vitest'
import { type Entry, rank } from './rank.ts'

const entry = (n: string, rest: Partial<Entry> = {}): Entry => ({
  n,
  k: 'command',
  u: `${n}.html`,
  s: '',
  f: [],
  e: [],
  ...rest,
})

const entries = [
  entry('bank.Money', { s: 'Count the money' }),
  entry('bank.TransferMoney', { f: ['input.to.id'], e: [['TooPoor', 'domain:TooPoor']] }),
  entry('bank.MoneyLaundering'),
  entry('shop.Pay', { s: 'Give money', f: ['input.amount'], k: 'query' }),
]
const found = (query: string) =>
  rank(entries, query).map(({ entry: { n }, anchor }) => (anchor === '' ? n : `${n}#${anchor}`))

test('the name itself comes first, then what begins with it, what has it as a part, and summaries', () => {
  expect(found('money')).toEqual(['bank.Money', 'bank.MoneyLaundering', 'bank.TransferMoney', 'shop.Pay'])
})

test('a field or an error code leads to its own place', () => {
  expect(found('amount')).toEqual(['shop.Pay#input.amount'])
  expect(found('toopoor')).toEqual(['bank.TransferMoney#domain:TooPoor'])
  expect(found('domain:toopoor')).toEqual(['bank.TransferMoney#domain:TooPoor'])
})

test('every word has to be found', () => {
  expect(found('money query')).toEqual(['shop.Pay'])
  expect(found('transfer id')).toEqual(['bank.TransferMoney#input.to.id'])
  expect(found('money nowhere')).toEqual([])
})

test('nothing asked for finds nothing', () => {
  expect(found('  ')).toEqual([])
})
