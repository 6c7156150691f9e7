import { counted, recordCount } from './json-window/records.ts'
import type { Contribution } from './suite.ts'

// Whole passes over the records: a job reads all of them, and the next pass begins anew. A fifth of them warms up.
const operations = recordCount * 5
const fewer = recordCount * 3

/** Records of 200 bytes of JSON → parse → filter half → tumbling count over 1,000 keys. One operation is one record. */
export const jsonWindow: Contribution = {
  groups: [
    {
      name: 'json-window',
      inputs: ['all'],
      expected: counted,
      rounds: [5, 1],
      contenders: {
        whole: { file: './json-window/whole.ts', operations },
        strict: { file: './json-window/strict.ts', operations },
        needed: { file: './json-window/needed.ts', operations },
        loop: { file: './json-window/loop.ts', operations },
        duckdb: { file: './json-window/duckdb.ts', operations },
        rxjs: { file: './json-window/rxjs.ts', operations },
        'object-streams': { file: './json-window/object-streams.ts', operations: fewer },
        'web-streams': { file: './json-window/web-streams.ts', operations: fewer },
      },
    },
  ],
  cases: [
    { name: 'json-window-vs-loop', group: 'json-window', ours: 'whole', peer: 'loop', minimum: 0.9 },
    { name: 'json-window-strict-vs-loop', group: 'json-window', ours: 'strict', peer: 'loop', minimum: 1.2 },
    { name: 'json-window-needed-vs-loop', group: 'json-window', ours: 'needed', peer: 'loop', minimum: 1.7 },
    { name: 'json-window-needed-vs-duckdb', group: 'json-window', ours: 'needed', peer: 'duckdb', minimum: 1 },
    { name: 'json-window-vs-rxjs', group: 'json-window', ours: 'strict', peer: 'rxjs', minimum: 1 },
    {
      name: 'json-window-vs-object-streams',
      group: 'json-window',
      ours: 'strict',
      peer: 'object-streams',
      minimum: 1.7,
    },
    { name: 'json-window-vs-web-streams', group: 'json-window', ours: 'strict', peer: 'web-streams', minimum: 3.5 },
  ],
}
