import { orders, totalOf } from '../commands/inputs.ts'
import type { Order } from '../commands/inputs.ts'
import type { Contribution } from './suite.ts'

const missing = { input: { ...orders[0], qty: 0 }, expected: { ok: false } }

/** What one call of a tool costs a server: its own CPU time, with 32 kept connections of another process. */
export const mcpTools: Contribution = {
  groups: [
    {
      name: 'mcp',
      inputs: orders.slice(0, 64),
      expected: (input) => ({ ok: true, total: totalOf(input as Order) }),
      controls: [missing],
      rounds: [5, 1],
      contenders: {
        heddle: { file: './mcp-heddle.ts', operations: 15_000 },
        sdk: { file: './mcp-sdk.ts', operations: 15_000 },
      },
    },
  ],
  cases: [{ name: 'mcp-vs-sdk', group: 'mcp', ours: 'heddle', peer: 'sdk', minimum: 0.9 }],
}
