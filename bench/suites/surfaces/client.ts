import { orders, totalOf } from '../commands/inputs.ts'
import type { Order } from '../commands/inputs.ts'
import type { Contribution } from './suite.ts'

const missing = { input: { ...orders[0], qty: 0 }, expected: { ok: false } }

/** What a call costs its client, 32 at a time: the generated one, and `fetch` by hand with a timeout. The server is another process. */
export const generatedClient: Contribution = {
  groups: [
    {
      name: 'client',
      inputs: orders.slice(0, 64),
      expected: (input) => ({ ok: true, total: totalOf(input as Order) }),
      controls: [missing],
      rounds: [5, 1],
      inFlight: 32,
      contenders: {
        client: { file: './client-heddle.ts', operations: 15_000 },
        fetch: { file: './client-fetch.ts', operations: 15_000 },
      },
    },
    {
      name: 'client-compiled',
      inputs: [0],
      expected: (input) => input,
      rounds: [3, 1],
      long: true,
      contenders: { heddle: { file: './client-compiled.ts', operations: 1 } },
    },
  ],
  cases: [{ name: 'client-vs-fetch', group: 'client', ours: 'client', peer: 'fetch', minimum: 0.8 }],
  figures: [
    {
      name: 'client-compiled',
      group: 'client-compiled',
      figures: [
        // How long the compiler takes over a client of 1,000 commands and a file that calls each.
        { name: 'client-tsc', contender: 'heddle', figure: 'compile', unit: 'ns', peer: 10e9, minimum: 1 },
      ],
    },
  ],
}
