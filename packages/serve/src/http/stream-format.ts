import { mediaTypes } from './accept.ts'
import type { HttpRequest } from './exchange.ts'

/** What a streamed answer consists of. */
export type PieceKind = 'item' | 'progress' | 'value' | 'errors'

/** How the pieces of a streamed answer are written. */
export interface StreamFormat {
  readonly headers: Readonly<Record<string, string>>
  /** @param json text without line breaks */
  format(kind: PieceKind, json: string): string
}

/** Lines of JSON: `{"item":…}`. */
const lines: StreamFormat = {
  headers: { 'cache-control': 'no-store' },
  format: (kind, json) => `{"${kind}":${json}}\n`,
}

/** The id of the event that ends a stream. */
const endId = 'end'

/**
 * Server-sent events (the HTML standard, 9.2), one for each piece. A browser's `EventSource` asks again when the answer
 * has ended; by the id of the last event it says so, and is answered 204, which makes it stop.
 */
const events: StreamFormat = {
  // nginx would gather events until it has a buffer full of them.
  headers: { 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  format(kind, json) {
    const id = kind === 'value' || kind === 'errors' ? `id: ${endId}\n` : ''
    return `event: ${kind}\n${id}data: ${json}\n\n`
  },
}

/** The format of a type of stream. */
export const formatOf = (mediaType: string): StreamFormat => (mediaType === mediaTypes.events ? events : lines)

/** Whether who asks has seen the end of the stream already. */
export const hasSeenEnd = (request: HttpRequest): boolean => request.header('last-event-id') === endId
