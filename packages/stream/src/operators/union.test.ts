import { record, watermark } from '../testing/stream-events.ts'
import { testOperator } from '../testing/test-operator.ts'
import { unionOperator } from './union.ts'

testOperator(
  () => unionOperator({ inputs: 2 }),
  [
    {
      name: 'passes what comes, as it comes',
      events: [record('web', 5), record('shop', 2, { input: 1 }), watermark(5), record('web', 5, { weight: -1 })],
      expected: [record('web', 5), record('shop', 2), record('web', 5, { weight: -1 })],
    },
  ],
)
