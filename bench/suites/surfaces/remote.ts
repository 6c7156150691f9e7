import { orders, totalOf } from '../commands/inputs.ts'
import type { Order } from '../commands/inputs.ts'
import type { Contribution } from './suite.ts'

const missing = { input: { ...orders[0], qty: 0 }, expected: { ok: false } }

/** What a call of another app costs both of them: client and server in one process, over its own network, 32 calls at a time. */
export const remoteCommands: Contribution = {
  groups: [
    {
      name: 'remote',
      inputs: orders.slice(0, 64),
      expected: (input) => ({ ok: true, total: totalOf(input as Order) }),
      controls: [missing],
      rounds: [5, 1],
      inFlight: 32,
      contenders: {
        remote: { file: './remote-heddle.ts', operations: 20_000 },
        orpc: { file: './remote-orpc.ts', operations: 20_000 },
      },
    },
  ],
  cases: [{ name: 'remote-vs-orpc', group: 'remote', ours: 'remote', peer: 'orpc', minimum: 1.5 }],
}
