import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aside, asTexts, partLate, randomEvents } from '../../fixtures/random-events.ts'
import { runOperator } from '../testing/run-operator.ts'
import { type RecordEvent, record, watermark } from '../testing/stream-events.ts'
import { testOperator } from '../testing/test-operator.ts'
import { timerOperator } from './timer.ts'

const silent = () =>
  timerOperator({ by: (value) => (value as string)[0]!, afterMs: 10, give: (last, time, key) => ({ last, time, key }) })

testOperator(silent, [
  {
    name: 'tells when nothing came for so long',
    events: [record('a1', 0), record('b1', 3), record('a2', 9), watermark(12), watermark(13), watermark(40)],
    expected: [record({ last: 'b1', time: 13, key: 'b' }, 13), record({ last: 'a2', time: 19, key: 'a' }, 19)],
  },
  {
    name: 'tells of a silence that shows only when records are in their order',
    events: [record('a2', 25), record('a1', 0), watermark(40)],
    expected: [record({ last: 'a1', time: 10, key: 'a' }, 10), record({ last: 'a2', time: 35, key: 'a' }, 35)],
  },
  {
    name: 'tells once for each silence, and not where a record comes at its last moment',
    events: [record('a1', 0), record('a2', 10), watermark(19), record('a3', 100), watermark(120)],
    expected: [record({ last: 'a2', time: 20, key: 'a' }, 20), record({ last: 'a3', time: 110, key: 'a' }, 110)],
  },
  {
    name: 'tells aside what is behind the watermark',
    events: [record('a2', 25), watermark(20), record('a1', 20), watermark(40)],
    expected: [record('a1', 20, { side: 'late' }), record({ last: 'a2', time: 35, key: 'a' }, 35)],
    late: 1,
  },
])

/** Each record of a key after which there is none within ten milliseconds. */
const reference = (records: readonly RecordEvent[]): readonly RecordEvent[] => {
  const sorted = records.toSorted((left, right) => left.time - right.time)
  return sorted.flatMap(({ value, time }, index) => {
    const next = sorted.slice(index + 1).find((other) => (other.value as string)[0] === (value as string)[0])
    if (next !== undefined && next.time <= time + 10) return []
    return [record({ last: value, time: time + 10, key: (value as string)[0] }, time + 10)]
  })
}

test('equals a plain loop over the sorted records', () => {
  fc.assert(
    fc.property(randomEvents({ value: fc.constantFrom('a', 'b'), disorder: 20, early: 15 }), (events) => {
      const numbered = events.map((event, index) =>
        'value' in event ? { ...event, value: `${event.value}${index}` } : event,
      )
      const { onTime, late } = partLate(numbered)
      const found = runOperator(silent, numbered, { rebuild: 'everywhere' })
      expect(asTexts(found)).toEqual(asTexts([...reference(onTime), ...aside(late)]))
    }),
  )
})
