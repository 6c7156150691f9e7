import type { Schema } from '../schema/schema.ts'

/** An output that arrives in pieces: items, then a final value. */
export interface StreamOutput<Item extends Schema, Final extends Schema> {
  readonly kind: 'stream'
  readonly item: Item
  readonly final: Final
}

/**
 * Declares a streamed output. The body is an async generator: it yields items and returns the final value.
 *
 * @example
 * output: stream(z.object({ row: z.int() }), z.object({ rows: z.int() })),
 * async *run({ input }) { yield { row: 1 }; return { rows: 1 } }
 */
export function stream<Item extends Schema, Final extends Schema>(item: Item, final: Final): StreamOutput<Item, Final> {
  return { kind: 'stream', item, final }
}

/** Whether an output is streamed. */
export const isStream = (output: object): output is StreamOutput<Schema, Schema> =>
  'kind' in output && output.kind === 'stream'
