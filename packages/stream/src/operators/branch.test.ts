import { record, watermark } from '../testing/stream-events.ts'
import { testOperator } from '../testing/test-operator.ts'
import { branchOperator } from './branch.ts'

const isOver = (bound: number) => (value: unknown) => (value as number) > bound

testOperator(
  () =>
    branchOperator({
      branches: [
        { name: 'big', condition: isOver(1000) },
        { name: 'middle', condition: isOver(10) },
      ],
    }),
  [
    {
      name: 'sends each record to the first side that fits, and the rest on',
      events: [record(2000, 1), record(11, 2), watermark(3), record(5, 1)],
      expected: [record(2000, 1, { side: 'big' }), record(11, 2, { side: 'middle' }), record(5, 1)],
    },
    {
      name: 'sends what is withdrawn where it sent the record',
      events: [record(2000, 1), record(5, 2), record(2000, 1, { weight: -1 }), record(5, 2, { weight: -1 })],
      expected: [
        record(2000, 1, { side: 'big' }),
        record(5, 2),
        record(2000, 1, { side: 'big', weight: -1 }),
        record(5, 2, { weight: -1 }),
      ],
    },
  ],
)
