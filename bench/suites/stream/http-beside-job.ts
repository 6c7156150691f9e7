import { orders, totalOf, type Order } from '../commands/inputs.ts'
import type { Contribution } from './suite.ts'

const operations = 2_000

/**
 * How long callers over HTTP wait while a job of the same process works on all that it can get, on the thread that answers them
 * or on one of its own, and while there is none.
 */
export const httpBesideJob: Contribution = {
  groups: [
    {
      name: 'http-beside-job',
      inputs: orders,
      expected: (input) => ({ ok: true, total: totalOf(input as Order) }),
      rounds: [3, 1],
      contenders: {
        alone: { file: './http-beside-job/alone.ts', operations },
        beside: { file: './http-beside-job/beside.ts', operations },
        thread: { file: './http-beside-job/beside-thread.ts', operations },
      },
    },
  ],
  figures: [
    {
      name: 'http-beside-job',
      group: 'http-beside-job',
      figures: [
        { name: 'http-beside-job-p50', contender: 'beside', figure: 'p50', unit: 'ns', peer: 'alone', minimum: 0 },
        { name: 'http-beside-job-p99', contender: 'beside', figure: 'p99', unit: 'ns', peer: 'alone', minimum: 0 },
        { name: 'http-beside-thread-p50', contender: 'thread', figure: 'p50', unit: 'ns', peer: 'alone', minimum: 0 },
        { name: 'http-beside-thread-p99', contender: 'thread', figure: 'p99', unit: 'ns', peer: 'alone', minimum: 0 },
      ],
    },
  ],
}
