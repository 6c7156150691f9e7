import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isWatermark, record, type StreamEvent, watermark } from '../testing/stream-events.ts'
import { runOperator } from '../testing/run-operator.ts'
import { testOperator } from '../testing/test-operator.ts'
import { randomEvents } from '../../fixtures/random-events.ts'
import { dedupeOperator } from './dedupe.ts'

const once = () => dedupeOperator({ by: (value) => value as string, memoryMs: 10 })

testOperator(once, [
  {
    name: 'drops a duplicate inside the memory and passes it after it',
    events: [record('a', 0), record('a', 9), record('b', 9), watermark(10), record('a', 11)],
    expected: [record('a', 0), record('b', 9), record('a', 11)],
  },
  {
    name: 'passes a record after the memory of the first, also when its timer has not fired yet',
    events: [record('a', 0), record('a', 10), record('a', 19), watermark(30)],
    expected: [record('a', 0), record('a', 10)],
  },
  {
    name: 'takes a record out of order for a duplicate of the later one that was read first',
    events: [record('a', 20), record('a', 11), record('a', 10), record('a', 15)],
    expected: [record('a', 20), record('a', 10)],
  },
  {
    name: 'passes a late record that nothing is remembered of',
    events: [record('a', 20), watermark(40), record('a', 15)],
    expected: [record('a', 20), record('a', 15)],
  },
])

/** The same without an end of the memory. */
function reference(events: readonly StreamEvent[]): readonly StreamEvent[] {
  const passed: { value: unknown; time: number }[] = []
  return events.filter((event) => {
    if (isWatermark(event)) return false
    if (passed.some(({ value, time }) => value === event.value && Math.abs(time - event.time) < 10)) return false
    passed.push(event)
    return true
  })
}

test('equals a plain loop that never forgets, in whatever order records come', () => {
  fc.assert(
    fc.property(randomEvents({ value: fc.constantFrom('a', 'b', 'c') }), (events) => {
      expect(runOperator(once, events, { rebuild: 'everywhere' })).toEqual(reference(events))
    }),
  )
})
