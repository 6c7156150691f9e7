import { sharedPostgres } from '../../harness/postgres.ts'
import type { Suite } from '../../harness/types.ts'
import { type Order, orders, totalOf } from '../commands/inputs.ts'
import { deposited, deposits } from './deposits.ts'
import { findInputs, type FindInput, foundFor } from './find-orders.ts'

/** What records and events cost: finding a page, appending to streams, emitting with a record. */
export const suite: Suite = {
  name: 'data',
  groups: [
    {
      name: 'find',
      inputs: findInputs,
      expected: (input) => foundFor(input as FindInput),
      contenders: {
        heddle: { file: './find-heddle.ts', operations: 30_000 },
        drizzle: { file: './find-drizzle.ts', operations: 30_000 },
        built: { file: './find-drizzle-built.ts', operations: 20_000 },
        sqlite: { file: './find-sqlite.ts', operations: 30_000 },
      },
    },
    {
      name: 'append',
      inputs: deposits,
      expected: deposited,
      inFlight: 64,
      contenders: {
        heddle: { file: './append-heddle.ts', operations: 50_000 },
        sqlite: { file: './append-sqlite.ts', operations: 100_000 },
      },
    },
    {
      name: 'append-postgres',
      inputs: deposits.slice(0, 200),
      expected: deposited,
      inFlight: 64,
      prepare: sharedPostgres,
      contenders: {
        heddle: { file: './append-heddle-postgres.ts', operations: 10_000 },
        emmett: { file: './append-emmett.ts', operations: 1_500 },
      },
    },
    {
      name: 'outbox',
      inputs: orders,
      expected: (input) => ({ ok: true, total: totalOf(input as Order) }),
      inFlight: 64,
      contenders: {
        heddle: { file: './outbox-heddle.ts', operations: 50_000 },
        insert: { file: './outbox-insert.ts', operations: 50_000 },
        sqlite: { file: './outbox-sqlite.ts', operations: 100_000 },
        'sqlite-insert': { file: './outbox-sqlite-insert.ts', operations: 100_000 },
      },
    },
  ],
  cases: [
    { name: 'append-vs-sqlite', group: 'append', ours: 'heddle', peer: 'sqlite', minimum: 0.4 },
    { name: 'append-vs-emmett', group: 'append-postgres', ours: 'heddle', peer: 'emmett', minimum: 4 },
    { name: 'outbox-vs-insert', group: 'outbox', ours: 'heddle', peer: 'insert', minimum: 0.7 },
    { name: 'outbox-vs-sqlite', group: 'outbox', ours: 'heddle', peer: 'sqlite', minimum: 0.45 },
    { name: 'insert-vs-sqlite', group: 'outbox', ours: 'insert', peer: 'sqlite-insert', minimum: 0.33 },
    { name: 'find-vs-drizzle', group: 'find', ours: 'heddle', peer: 'drizzle', minimum: 1 },
    { name: 'find-vs-drizzle-built', group: 'find', ours: 'heddle', peer: 'built', minimum: 1 },
    { name: 'find-vs-sqlite', group: 'find', ours: 'heddle', peer: 'sqlite', minimum: 0.5 },
  ],
}
