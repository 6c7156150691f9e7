import type { Suite } from '../../harness/types.ts'
import { brokenOrders, formattedOrders, orders, totalOf, wrongFields } from './inputs.ts'
import type { FormattedOrder, Order } from './inputs.ts'

const accepted = (input: unknown): unknown => ({ ok: true, total: totalOf(input as Order) })
const broken = (field: keyof FormattedOrder, value: string): { input: unknown; expected: unknown } => ({
  input: { ...formattedOrders[0], [field]: value },
  expected: { ok: false },
})

/** What a typed call costs: valid and invalid input, formats, a subcommand, a commit; and that it keeps no memory. */
export const suite: Suite = {
  name: 'commands',
  groups: [
    {
      name: 'valid',
      inputs: orders,
      expected: accepted,
      contenders: {
        heddle: { file: './valid-heddle.ts', operations: 1_000_000 },
        zod: { file: './valid-zod.ts', operations: 1_000_000 },
        typebox: { file: './valid-typebox.ts', operations: 2_000_000 },
        orpc: { file: './valid-orpc.ts', operations: 300_000 },
        trpc: { file: './valid-trpc.ts', operations: 60_000 },
      },
    },
    {
      name: 'formats',
      inputs: formattedOrders,
      expected: accepted,
      controls: [broken('uuid', 'not-a-uuid'), broken('email', 'not an address'), broken('at', '2026-13-01T00:00:00Z')],
      contenders: {
        heddle: { file: './formats-heddle.ts', operations: 700_000 },
        zod: { file: './formats-zod.ts', operations: 700_000 },
        typebox: { file: './formats-typebox.ts', operations: 700_000 },
      },
    },
    {
      name: 'invalid',
      inputs: brokenOrders,
      expected: wrongFields,
      contenders: {
        heddle: { file: './invalid-heddle.ts', operations: 700_000 },
        zod: { file: './invalid-zod.ts', operations: 100_000 },
        ajv: { file: './invalid-ajv.ts', operations: 1_500_000 },
      },
    },
    {
      name: 'subcommand',
      inputs: orders,
      expected: accepted,
      contenders: {
        heddle: { file: './subcommand-heddle.ts', operations: 500_000 },
        call: { file: './valid-heddle.ts', operations: 1_000_000 },
      },
    },
    {
      name: 'commit',
      inputs: orders,
      expected: accepted,
      inFlight: 64,
      contenders: {
        heddle: { file: './commit-heddle.ts', operations: 50_000 },
        sqlite: { file: './commit-sqlite.ts', operations: 200_000 },
      },
    },
  ],
  cases: [
    { name: 'valid-vs-zod', group: 'valid', ours: 'heddle', peer: 'zod', minimum: 2.5 },
    { name: 'valid-vs-typebox', group: 'valid', ours: 'heddle', peer: 'typebox', minimum: 0.66 },
    { name: 'valid-vs-orpc', group: 'valid', ours: 'heddle', peer: 'orpc', minimum: 12 },
    { name: 'valid-vs-trpc', group: 'valid', ours: 'heddle', peer: 'trpc', minimum: 60 },
    { name: 'formats-vs-zod', group: 'formats', ours: 'heddle', peer: 'zod', minimum: 1.4 },
    { name: 'formats-vs-typebox', group: 'formats', ours: 'heddle', peer: 'typebox', minimum: 0.8 },
    { name: 'invalid-vs-zod', group: 'invalid', ours: 'heddle', peer: 'zod', minimum: 20 },
    { name: 'invalid-vs-ajv', group: 'invalid', ours: 'heddle', peer: 'ajv', minimum: 0.5 },
    { name: 'subcommand-vs-call', group: 'subcommand', ours: 'heddle', peer: 'call', minimum: 0.4 },
    { name: 'commit-vs-sqlite', group: 'commit', ours: 'heddle', peer: 'sqlite', minimum: 0.33 },
  ],
  // The heap after ten times as many calls: it must not have grown (one part in ten is the noise of a heap).
  memory: [{ name: 'memory', group: 'valid', contender: 'heddle', operations: [1_000_000, 10_000_000], minimum: 0.9 }],
}
