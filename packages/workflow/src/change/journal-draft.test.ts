import { expect, test } from 'vitest'
import { charge } from '../../fixtures/placing.ts'
import { hashInput } from '../body/hash-input.ts'
import type { Entry } from '../run/run.ts'
import { draftJournal } from './journal-draft.ts'

const at = new Date(0)
const step = (key: string): Entry => ({
  key,
  kind: 'step',
  command: 'orders.Charge',
  input: 'i',
  value: { ok: true, value: { receipt: key } },
  at,
})
const draft = (...keys: string[]) => draftJournal(keys.map(step), { order: 'o' }, at)
const keysOf = (journal: ReturnType<typeof draftJournal>) => journal.result().map(({ key }) => key)

test('a rename keeps the names of elements, and what is below it and undoes it goes with it', () => {
  const journal = draft('orders[o/1]/charge', 'orders[2]/charge/start', 'undo/orders[2]/charge', 'orders[2]/ship')
  journal.rename('orders[*]/charge', 'items[*]/pay')
  expect(keysOf(journal)).toEqual(['items[o/1]/pay', 'items[2]/pay/start', 'undo/items[2]/pay', 'orders[2]/ship'])
})

test('what is dropped is gone with all below it, and nothing else', () => {
  const journal = draft('orders[1]/check', 'orders[1]/checked', 'orders[2]/check/inner', 'check')
  journal.drop('orders[*]/check')
  expect(keysOf(journal)).toEqual(['orders[1]/checked', 'check'])
})

test('a step is recorded behind another one or first of all, with the hash of its input', () => {
  const journal = draft('a', 'b')
  const recorded = { command: charge, input: { order: 'o', cents: 5 }, value: { receipt: 'r' } }
  journal.addStep('first', recorded)
  journal.addStep('between', recorded, 'a')
  expect(keysOf(journal)).toEqual(['first', 'a', 'between', 'b'])
  expect(journal.result()[0]).toMatchObject({ command: 'orders.Charge', input: hashInput(recorded.input) })
  expect(journal.value('between')).toEqual({ receipt: 'r' })
  expect(() => journal.addStep('x', recorded, 'nowhere')).toThrow('nothing is recorded under nowhere')
})

test('a step is recorded otherwise in what is given, and in nothing else', () => {
  const journal = draft('orders[1]/charge', 'ship')
  journal.changeStep('orders[*]/charge', ({ value }) => ({ value: { receipt: [value] } }))
  expect(journal.value('orders[1]/charge')).toEqual({ receipt: [{ receipt: 'orders[1]/charge' }] })
  expect(journal.entries).toMatchObject([{ command: 'orders.Charge' }, { value: { receipt: 'ship' } }])
  expect(journal.result()[0]).toMatchObject({ input: 'i' })
  expect([journal.has('ship'), journal.has('nothing')]).toEqual([true, false])
})
