import type { Contribution } from './suite.ts'

const contender = (name: string, operations: number) => ({ file: `./job/${name}.ts`, operations })

/** Whole jobs over records that never end, with a checkpoint each second and without. One operation is one record. */
export const wholeJob: Contribution = {
  groups: [
    {
      name: 'job',
      inputs: ['all'],
      expected: () => true,
      rounds: [5, 1],
      contenders: {
        plain: contender('plain', 8_000_000),
        checkpointed: contender('checkpointed', 8_000_000),
      },
    },
    {
      name: 'job-records',
      inputs: ['all'],
      expected: () => true,
      rounds: [3, 1],
      long: true,
      contenders: Object.fromEntries(
        ['10k', '100k', '1m', '10m'].map((name, at) => [name, contender(`records-${name}`, 10 ** (4 + at))]),
      ),
    },
    {
      name: 'job-keys',
      inputs: ['all'],
      expected: () => true,
      rounds: [3, 1],
      long: true,
      contenders: {
        '10': contender('keys-10', 5_000_000),
        '1k': contender('keys-1k', 5_000_000),
        '100k': contender('keys-100k', 2_000_000),
        '1m': contender('keys-1m', 1_000_000),
      },
    },
    {
      name: 'job-memory',
      inputs: ['all'],
      expected: () => true,
      rounds: [3, 1],
      long: true,
      contenders: {
        '10': contender('memory-keys-10', 5_000_000),
        '1k': contender('memory-keys-1k', 5_000_000),
        '100k': contender('memory-keys-100k', 5_000_000),
        '1m': contender('memory-keys-1m', 5_000_000),
      },
    },
    {
      name: 'job-latency',
      inputs: ['all'],
      expected: (input) => input,
      rounds: [3, 1],
      contenders: { heddle: contender('latency', 700_000) },
    },
  ],
  cases: [
    { name: 'checkpointed-vs-plain', group: 'job', ours: 'checkpointed', peer: 'plain', minimum: 0.85 },
    // At most twice the cost with a thousand times the records.
    { name: 'job-100k-vs-10k-records', group: 'job-records', ours: '100k', peer: '10k', minimum: 0.5 },
    { name: 'job-1m-vs-10k-records', group: 'job-records', ours: '1m', peer: '10k', minimum: 0.5 },
    { name: 'job-10m-vs-10k-records', group: 'job-records', ours: '10m', peer: '10k', minimum: 0.5 },
    // At most three times the cost with a hundred thousand times the keys.
    { name: 'job-memory-1k-vs-10-keys', group: 'job-memory', ours: '1k', peer: '10', minimum: 0.33 },
    { name: 'job-memory-100k-vs-10-keys', group: 'job-memory', ours: '100k', peer: '10', minimum: 0.33 },
    { name: 'job-memory-1m-vs-10-keys', group: 'job-memory', ours: '1m', peer: '10', minimum: 0.33 },
    { name: 'job-1k-vs-10-keys', group: 'job-keys', ours: '1k', peer: '10', minimum: 0.33 },
    { name: 'job-100k-vs-10-keys', group: 'job-keys', ours: '100k', peer: '10', minimum: 0.33 },
    { name: 'job-1m-vs-10-keys', group: 'job-keys', ours: '1m', peer: '10', minimum: 0.33 },
  ],
  figures: [
    {
      name: 'job-latency',
      group: 'job-latency',
      figures: [
        { name: 'latency-control', contender: 'heddle', figure: 'control', unit: 'ns', peer: 200_000, minimum: 1 },
        { name: 'latency-wakeup', contender: 'heddle', figure: 'wakeup', unit: 'ns', peer: 2e6, minimum: 1 },
        { name: 'latency-view', contender: 'heddle', figure: 'view', unit: 'ns', peer: 10e6, minimum: 1 },
        { name: 'latency-table', contender: 'heddle', figure: 'table', unit: 'ns', peer: 100e6, minimum: 1 },
        { name: 'latency-core', contender: 'heddle', figure: 'core', unit: 'ns', peer: 1e9, minimum: 1 },
      ],
    },
  ],
}
