import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aside, partLate, randomEvents } from '../../fixtures/random-events.ts'
import { runOperator } from '../testing/run-operator.ts'
import { type RecordEvent, record, watermark } from '../testing/stream-events.ts'
import { testOperator } from '../testing/test-operator.ts'
import { machineOperator } from './machine.ts'

const is = (text: string) => (value: unknown) => (value as string).endsWith(text)

const orders = () =>
  machineOperator({
    by: (value) => (value as string)[0]!,
    initial: 'new',
    states: {
      new: [{ condition: is('paid'), to: 'paid', give: (_value, _time, key, state) => `${key}: ${state} to paid` }],
      paid: [
        { condition: is('sent'), to: 'sent', give: (_value, _time, key) => `${key}: sent` },
        { condition: is('back'), to: 'new' },
      ],
      sent: [],
    },
  })

testOperator(
  orders,
  [
    {
      name: 'changes the state in the order of event time',
      events: [record('a sent', 5), record('a paid', 3), record('b sent', 4), watermark(4), watermark(9)],
      expected: [record('a: new to paid', 3), record('a: sent', 5)],
    },
    {
      name: 'takes records of one time in the order of their names',
      events: [record('a paid', 3), record('a sent', 3), watermark(9)],
      expected: [record('a: new to paid', 3), record('a: sent', 3)],
    },
    {
      name: 'tells aside what is behind the watermark',
      events: [record('a sent', 5), watermark(4), record('a paid', 4), watermark(9)],
      expected: [record('a paid', 4, { side: 'late' })],
      late: 1,
    },
  ],
  { forgets: false },
)

testOperator(orders, [
  {
    name: 'needs no memory for a key that is where it began',
    events: [record('a paid', 3), record('a back', 4), record('b sent', 4)],
  },
])

test('equals a plain loop over the sorted records', () => {
  const value = fc.constantFrom('a paid', 'a sent', 'a back', 'b paid', 'b sent')
  fc.assert(
    fc.property(randomEvents({ value, early: 5 }), (events) => {
      const { onTime, late } = partLate(events)
      const all = runOperator(orders, events, { rebuild: 'everywhere' })
      const found = all.filter(({ side }) => side === undefined)
      expect(found.filter(isOf('a'))).toEqual(reference(onTime.filter(isOf('a'))))
      expect(found.filter(isOf('b'))).toEqual(reference(onTime.filter(isOf('b'))))
      expect(all.filter(({ side }) => side === 'late')).toEqual(aside(late))
    }),
  )
})

const isOf = (key: string) => (event: RecordEvent) => (event.value as string).startsWith(key)

function reference(records: readonly RecordEvent[]): readonly RecordEvent[] {
  let state = 'new'
  return records
    .toSorted((left, right) => left.time - right.time)
    .flatMap(({ value, time }) => {
      const [key, what] = (value as string).split(' ')
      const change = `${state} ${what}`
      if (change === 'new paid') state = 'paid'
      else if (change === 'paid sent') state = 'sent'
      else if (change === 'paid back') state = 'new'
      if (change === 'new paid') return [record(`${key}: new to paid`, time)]
      return change === 'paid sent' ? [record(`${key}: sent`, time)] : []
    })
}
