import type { Contribution } from './suite.ts'
import { records } from './topic/records.ts'

/** What a record of 200 bytes costs in a topic of the embedded log, batches of 1,000 and eight of them at a time. */
export const topic: Contribution = {
  groups: [
    {
      name: 'topic',
      inputs: records.slice(0, 20),
      expected: (input) => String(input),
      rounds: [5, 1],
      contenders: {
        heddle: { file: './topic/heddle.ts', operations: 1_000_000 },
        writev: { file: './topic/writev-records.ts', operations: 1_000_000 },
        bytes: { file: './topic/writev-bytes.ts', operations: 1_000_000 },
      },
    },
  ],
  cases: [
    { name: 'topic-vs-writev', group: 'topic', ours: 'heddle', peer: 'writev', minimum: 0.33 },
    { name: 'topic-vs-ready-bytes', group: 'topic', ours: 'heddle', peer: 'bytes', minimum: 0.33 },
  ],
}
