import { sharedPostgres } from '../../harness/postgres.ts'
import type { Group, Suite } from '../../harness/types.ts'
import { type Parcel, parcels, passed } from './ten-commands.ts'
import { sales, type Sale, shippedFor } from './three-steps.ts'

const threeSteps: Pick<Group, 'inputs' | 'expected'> = {
  inputs: sales,
  expected: (input) => shippedFor(input as Sale),
}

/** What pipelines and durable workflows cost. */
export const suite: Suite = {
  name: 'workflow',
  groups: [
    {
      name: 'three-steps',
      ...threeSteps,
      inFlight: 64,
      rounds: [5, 2],
      prepare: sharedPostgres,
      contenders: {
        heddle: { file: './heddle.ts', operations: 15_000 },
        'heddle-postgres': { file: './heddle-postgres.ts', operations: 2_500 },
        journal: { file: './journal-sqlite.ts', operations: 30_000 },
        'journal-random': { file: './journal-sqlite-random.ts', operations: 30_000 },
        'journal-postgres': { file: './journal-postgres.ts', operations: 3_000 },
        dbos: { file: './dbos.ts', operations: 400 },
        restate: { file: './restate.ts', operations: 500 },
      },
    },
    {
      name: 'lone',
      ...threeSteps,
      rounds: [5, 2],
      contenders: {
        heddle: { file: './lone-heddle.ts', operations: 2_000 },
        journal: { file: './lone-journal.ts', operations: 2_000 },
      },
    },
    {
      name: 'timers',
      inputs: [0],
      expected: (input) => input,
      rounds: [1, 1],
      // Two hundred timers wait for each that fires.
      contenders: { heddle: { file: './timers.ts', operations: 5_000 } },
    },
    {
      name: 'pipeline',
      inputs: parcels,
      expected: (input) => ({ ok: true, value: passed(input as Parcel) }),
      contenders: {
        steps: { file: './ten-steps.ts', operations: 100_000 },
        calls: { file: './ten-calls.ts', operations: 200_000 },
        subcommands: { file: './ten-subcommands.ts', operations: 100_000 },
      },
    },
  ],
  cases: [
    { name: 'three-steps-vs-dbos', group: 'three-steps', ours: 'heddle', peer: 'dbos', minimum: 50 },
    { name: 'three-steps-vs-restate', group: 'three-steps', ours: 'heddle', peer: 'restate', minimum: 40 },
    { name: 'three-steps-vs-journal', group: 'three-steps', ours: 'heddle', peer: 'journal', minimum: 0.33 },
    {
      name: 'three-steps-vs-random-journal',
      group: 'three-steps',
      ours: 'heddle',
      peer: 'journal-random',
      minimum: 0.33,
    },
    { name: 'three-steps-pg-vs-dbos', group: 'three-steps', ours: 'heddle-postgres', peer: 'dbos', minimum: 5 },
    {
      name: 'three-steps-pg-vs-journal',
      group: 'three-steps',
      ours: 'heddle-postgres',
      peer: 'journal-postgres',
      minimum: 0.5,
    },
    { name: 'pipeline-vs-calls', group: 'pipeline', ours: 'steps', peer: 'calls', minimum: 0.5 },
    { name: 'pipeline-vs-subcommands', group: 'pipeline', ours: 'steps', peer: 'subcommands', minimum: 0.6 },
  ],
  figures: [
    {
      name: 'timers',
      group: 'timers',
      figures: [
        { name: 'timers-start', contender: 'heddle', figure: 'start', unit: 'ns', peer: 5e9, minimum: 1 },
        { name: 'timers-lag-p50', contender: 'heddle', figure: 'p50', unit: 'ns', peer: 100e6, minimum: 1 },
        { name: 'timers-lag-p99', contender: 'heddle', figure: 'p99', unit: 'ns', peer: 100e6, minimum: 1 },
        { name: 'timers-memory', contender: 'heddle', figure: 'rss', unit: 'bytes', peer: 400 * 2 ** 20, minimum: 1 },
      ],
    },
    {
      name: 'latency',
      group: 'lone',
      figures: [
        { name: 'latency', contender: 'heddle', figure: 'latency', unit: 'ns', peer: 300_000, minimum: 1 },
        { name: 'latency-vs-journal', contender: 'heddle', figure: 'latency', unit: 'ns', peer: 'journal', minimum: 0 },
      ],
    },
  ],
}
