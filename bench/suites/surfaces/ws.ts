import { orders, totalOf } from '../commands/inputs.ts'
import type { Order } from '../commands/inputs.ts'
import type { Contribution } from './suite.ts'

const missing = { input: { ...orders[0], qty: 0 }, expected: { ok: false } }

/** What one call costs a server over an open WebSocket and as a POST: its own CPU time, 32 connections of another process. */
export const webSocket: Contribution = {
  groups: [
    {
      name: 'ws',
      inputs: orders.slice(0, 64),
      expected: (input) => ({ ok: true, total: totalOf(input as Order) }),
      controls: [missing],
      rounds: [5, 2],
      contenders: {
        ws: { file: './ws-heddle.ts', operations: 150_000 },
        http: { file: '../http/heddle.ts', operations: 150_000 },
      },
    },
  ],
  cases: [{ name: 'ws-vs-http', group: 'ws', ours: 'ws', peer: 'http', minimum: 1 }],
}
