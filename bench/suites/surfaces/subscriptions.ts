import type { Contribution } from './suite.ts'

/** 10,000 subscriptions of 100 principals: how soon a change has reached all of them, and what they hold. */
export const subscriptions: Contribution = {
  groups: [
    {
      name: 'subscriptions',
      inputs: [0],
      expected: (input) => input,
      rounds: [3, 1],
      long: true,
      contenders: { heddle: { file: './subscriptions-heddle.ts', operations: 20 } },
    },
    {
      name: 'subscriptions-ws',
      inputs: [0],
      expected: (input) => input,
      rounds: [3, 1],
      long: true,
      contenders: { heddle: { file: './subscriptions-ws.ts', operations: 20 } },
    },
  ],
  figures: [
    {
      name: 'subscriptions',
      group: 'subscriptions',
      figures: [
        { name: 'subscriptions-reach', contender: 'heddle', figure: 'reach', unit: 'ns', peer: 1e9, minimum: 1 },
        { name: 'subscriptions-slowest', contender: 'heddle', figure: 'slowest', unit: 'ns', peer: 1e9, minimum: 1 },
        { name: 'subscriptions-memory', contender: 'heddle', figure: 'rss', unit: 'bytes', peer: 2 ** 30, minimum: 1 },
      ],
    },
    {
      name: 'subscriptions-ws',
      group: 'subscriptions-ws',
      figures: [
        { name: 'subscriptions-ws-reach', contender: 'heddle', figure: 'reach', unit: 'ns', peer: 1e9, minimum: 1 },
        { name: 'subscriptions-ws-slowest', contender: 'heddle', figure: 'slowest', unit: 'ns', peer: 1e9, minimum: 1 },
        {
          name: 'subscriptions-ws-memory',
          contender: 'heddle',
          figure: 'rss',
          unit: 'bytes',
          peer: 2 ** 30,
          minimum: 1,
        },
      ],
    },
  ],
}
