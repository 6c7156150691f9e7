import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aside, asTexts, partLate, randomEvents } from '../../fixtures/random-events.ts'
import { runOperator } from '../testing/run-operator.ts'
import { record, type RecordEvent, watermark } from '../testing/stream-events.ts'
import { testOperator } from '../testing/test-operator.ts'
import { throttleOperator } from './throttle.ts'

const twice = () => throttleOperator({ limit: 2, perMs: 10, by: (value) => value as string })

testOperator(twice, [
  {
    name: 'passes so many of each key in a span and tells the others aside',
    events: [record('a', 10), record('a', 19), record('a', 15), record('b', 15), record('a', 20), watermark(30)],
    expected: [record('a', 10), record('a', 19), record('a', 15, { side: 'over' }), record('b', 15), record('a', 20)],
  },
  {
    name: 'passes what is out of order while its span is not over, and tells it aside then',
    events: [record('a', 25), watermark(18), record('a', 12), watermark(19), record('a', 19)],
    expected: [record('a', 25), record('a', 12), record('a', 19, { side: 'late' })],
    late: 1,
  },
])

function reference(events: readonly RecordEvent[]): readonly RecordEvent[] {
  const counts = new Map<string, number>()
  return events.flatMap((event) => {
    const span = `${event.value} ${Math.floor(event.time / 10)}`
    const count = counts.get(span) ?? 0
    counts.set(span, count + 1)
    return [count < 2 ? event : { ...event, side: 'over' }]
  })
}

test('equals a plain loop that counts in each span', () => {
  fc.assert(
    fc.property(randomEvents({ value: fc.constantFrom('a', 'b'), early: 5 }), (events) => {
      const { onTime, late } = partLate(events, ({ time }) => Math.floor(time / 10) * 10 + 9)
      const found = runOperator(twice, events, { rebuild: 'everywhere' })
      expect(asTexts(found)).toEqual(asTexts([...reference(onTime), ...aside(late)]))
    }),
  )
})
