import type { Contribution } from './suite.ts'

const counting = (name: string, operations = 2_000_000) => ({ file: `./state/${name}.ts`, operations })

/**
 * What a record costs that changes the state of its key, with a durable checkpoint after each 100,000 of them, from ten keys to a
 * million; and how many bytes a checkpoint writes for a key that changed.
 */
export const state: Contribution = {
  groups: [
    {
      name: 'state',
      inputs: [0, 3, 9],
      expected: () => true,
      rounds: [5, 1],
      contenders: {
        '10': counting('keys-10'),
        '1k': counting('keys-1k'),
        window: counting('window-1k'),
        map: counting('map'),
      },
    },
    {
      name: 'state-keys',
      inputs: [0, 3, 9],
      expected: () => true,
      rounds: [3, 1],
      long: true,
      contenders: {
        '10': counting('keys-10'),
        '100k': counting('keys-100k', 500_000),
        '1m': counting('keys-1m', 500_000),
      },
    },
  ],
  cases: [
    { name: 'state-vs-map', group: 'state', ours: '1k', peer: 'map', minimum: 0.1 },
    { name: 'state-window-vs-map', group: 'state', ours: 'window', peer: 'map', minimum: 0.1 },
    // Every record of a second has a key of its own from here on: each is a row of the checkpoint.
    { name: 'state-1k-vs-10-keys', group: 'state', ours: '1k', peer: '10', minimum: 0.33 },
    { name: 'state-1m-vs-100k-keys', group: 'state-keys', ours: '1m', peer: '100k', minimum: 0.33 },
    { name: 'state-1m-vs-10-keys', group: 'state-keys', ours: '1m', peer: '10', minimum: 0.33 },
  ],
  figures: [
    {
      name: 'state-bytes',
      group: 'state',
      figures: [
        {
          name: 'state-bytes-per-key-1k',
          contender: '1k',
          figure: 'bytesPerKey',
          unit: 'bytes',
          peer: '10',
          minimum: 0.8,
        },
      ],
    },
    {
      name: 'state-bytes-1m',
      group: 'state-keys',
      figures: [
        {
          name: 'state-bytes-per-key-1m',
          contender: '1m',
          figure: 'bytesPerKey',
          unit: 'bytes',
          peer: '10',
          minimum: 0.8,
        },
      ],
    },
  ],
}
