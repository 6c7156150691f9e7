import type { Suite } from '../../harness/types.ts'
import { orders, totalOf } from '../commands/inputs.ts'
import type { Order } from '../commands/inputs.ts'

const missing = { input: { ...orders[0], qty: 0 }, expected: { ok: false } }

/** What one validated JSON POST costs a server: its own CPU time, with 32 kept connections of another process. */
export const suite: Suite = {
  name: 'http',
  groups: [
    {
      name: 'post',
      inputs: orders.slice(0, 64),
      expected: (input) => ({ ok: true, total: totalOf(input as Order) }),
      controls: [missing],
      contenders: {
        heddle: { file: './heddle.ts', operations: 150_000 },
        traced: { file: './traced.ts', operations: 150_000 },
        raw: { file: './raw.ts', operations: 150_000 },
        fastify: { file: './fastify.ts', operations: 150_000 },
        orpc: { file: './orpc.ts', operations: 150_000 },
      },
    },
  ],
  cases: [
    { name: 'post-vs-raw', group: 'post', ours: 'heddle', peer: 'raw', minimum: 0.87 },
    { name: 'post-vs-fastify', group: 'post', ours: 'heddle', peer: 'fastify', minimum: 1 },
    { name: 'post-vs-orpc', group: 'post', ours: 'heddle', peer: 'orpc', minimum: 1.8 },
    { name: 'traced-vs-raw', group: 'post', ours: 'traced', peer: 'raw', minimum: 0.75 },
  ],
}
