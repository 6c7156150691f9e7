import type { Suite } from '../../harness/types.ts'
import { findInputs, type FindInput, foundFor } from './find-orders.ts'

/** What records cost: finding a page of them. */
export const suite: Suite = {
  name: 'data',
  groups: [
    {
      name: 'find',
      inputs: findInputs,
      expected: (input) => foundFor(input as FindInput),
      contenders: {
        heddle: { file: './find-heddle.ts', operations: 50_000 },
        drizzle: { file: './find-drizzle.ts', operations: 50_000 },
        built: { file: './find-drizzle-built.ts', operations: 20_000 },
        sqlite: { file: './find-sqlite.ts', operations: 50_000 },
      },
    },
  ],
  cases: [
    { name: 'find-vs-drizzle', group: 'find', ours: 'heddle', peer: 'drizzle', minimum: 1 },
    { name: 'find-vs-drizzle-built', group: 'find', ours: 'heddle', peer: 'built', minimum: 1 },
    { name: 'find-vs-sqlite', group: 'find', ours: 'heddle', peer: 'sqlite', minimum: 0.5 },
  ],
}
