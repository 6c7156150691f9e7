import { outcomeOf } from './call.ts'
import type { Piece } from './context.ts'
import { clientFailure, failed } from './failures.ts'
import type { Outcome } from './types.ts'

/**
 * A call whose answer comes in pieces. Iterate over it for its items; then ask for its outcome. The server waits while
 * nobody reads on, and the call is cancelled when a loop over it is left.
 */
export interface Streamed<Item, Value, Errors> extends AsyncIterable<Item> {
  /** Reads to the end; items that nobody took are dropped. */
  outcome(): Promise<Outcome<Value, Errors>>
}

/** Begins nothing before somebody reads. */
export function streamed(
  pieces: (signal: AbortSignal) => AsyncIterable<Piece>,
  onProgress: ((progress: { readonly [field: string]: unknown }) => void) | undefined,
): Streamed<unknown, unknown, unknown> {
  const controller = new AbortController()
  let ended: Outcome<unknown> = failed(clientFailure('Cancelled'))
  const items = read()

  async function* read(): AsyncGenerator<unknown, void, void> {
    try {
      for await (const piece of pieces(controller.signal)) {
        if ('item' in piece) yield piece.item
        else if ('progress' in piece) onProgress?.(piece.progress)
        else ended = outcomeOf(piece)
      }
    } finally {
      controller.abort()
    }
  }

  return {
    [Symbol.asyncIterator]: () => items,
    async outcome() {
      for (let next = await items.next(); next.done !== true; next = await items.next());
      return ended
    },
  }
}
