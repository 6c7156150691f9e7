import { record, watermark } from '../testing/stream-events.ts'
import { testOperator } from '../testing/test-operator.ts'
import { filterOperator } from './filter.ts'

testOperator(
  () => filterOperator({ condition: (value) => (value as number) > 15 }),
  [
    {
      name: 'passes what the condition is true of, with its time',
      events: [record(20, 5), record(3, 6), watermark(10), record(16, 2)],
      expected: [record(20, 5), record(16, 2)],
    },
    {
      name: 'passes what is withdrawn as it passed it before',
      events: [record(20, 5), record(3, 6), record(20, 5, { weight: -1 }), record(3, 6, { weight: -1 })],
      expected: [record(20, 5), record(20, 5, { weight: -1 })],
    },
  ],
)
