import { expect, test } from 'vitest'
import { z } from 'zod'
import { operator } from '../operator/operator.ts'
import { value } from '../state/cells.ts'
import { observeOperator, runOperator } from './run-operator.ts'
import { record, watermark } from './stream-events.ts'

const events = [record('a', 1), record('a', 2), watermark(5), record('b', 6)]

/** Numbers the records of a key. */
const numbered = () =>
  operator({
    kind: 'numbered',
    key: (given) => given as string,
    state: { count: value(z.int()) },
    onRecord({ time }, { count }, out) {
      count.set((count.get() ?? 0) + 1)
      out.emit(count.get(), time)
    },
  })

/** The same, with its state where it does not belong. */
const hiding = () => {
  let count = 0
  return operator({ kind: 'hiding', onRecord: ({ time }, _cells, out) => out.emit(++count, time) })
}

test('a list goes in and a list comes out', () => {
  expect(runOperator(numbered, events)).toEqual([record(1, 1), record(2, 2), record(1, 6)])
})

test('state in cells outlives a new start, state in a closure does not', () => {
  expect(runOperator(numbered, events, { rebuild: 'everywhere' })).toEqual(runOperator(numbered, events))
  expect(runOperator(hiding, events)).toEqual([record(1, 1), record(2, 2), record(3, 6)])
  expect(runOperator(hiding, events, { rebuild: 'everywhere' })).toEqual([record(1, 1), record(1, 2), record(1, 6)])
})

test('keys and ids are shown on request', () => {
  expect(runOperator(numbered, events.slice(0, 1), { keys: true, ids: true })).toEqual([
    { value: 1, time: 1, key: 'a', id: 'list/0/0/0' },
  ])
})

test('it is seen how many keys have state', () => {
  expect(observeOperator(numbered, events)).toMatchObject({ keys: 2, late: 0 })
})

test('a cell that holds what its schema does not allow is found', () => {
  const wrong = operator({
    kind: 'wrong',
    state: { count: value(z.int()) },
    onRecord: (_record, { count }) => count.set(0.5),
  })
  expect(() => runOperator(wrong, events, { rebuild: 'everywhere' })).toThrow('the cell "count" of the key null')
})

test('what an operator does not accept or declare is refused', () => {
  expect(() => runOperator(numbered, [record('a', 1, { weight: -1 })])).toThrow('accepts no record of weight -1')
  expect(() => runOperator(numbered, [record('a', 1, { input: 1 })])).toThrow('has no input 1')
  const aside = operator({ kind: 'aside', onRecord: ({ time }, _cells, out) => out.side('other', 1, time) })
  expect(() => runOperator(aside, events)).toThrow('declares no side output "other"')
  const timed = operator({ kind: 'timed', state: {}, onRecord: ({ time }, _cells, out) => out.timer(time) })
  expect(() => runOperator(timed, events)).toThrow('sets timers without onTimer')
})
