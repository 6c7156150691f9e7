import { record, watermark } from '../testing/stream-events.ts'
import { testOperator } from '../testing/test-operator.ts'
import { mapOperator } from './map.ts'

testOperator(
  () => mapOperator({ give: (value, time, key) => ({ twice: 2 * (value as number), time, key }) }),
  [
    {
      name: 'makes a value of each record, from its time and key too',
      events: [record(1, 5, { key: 'a' }), watermark(9), record(2, 6, { key: 'b' })],
      expected: [record({ twice: 2, time: 5, key: 'a' }, 5), record({ twice: 4, time: 6, key: 'b' }, 6)],
    },
    {
      name: 'withdraws what it gave',
      events: [record(1, 5), record(1, 5, { weight: -1 })],
      expected: [
        record({ twice: 2, time: 5, key: undefined }, 5),
        record({ twice: 2, time: 5, key: undefined }, 5, { weight: -1 }),
      ],
    },
  ],
)
