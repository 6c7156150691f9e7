import type { AnyFailure } from '@heddle/core'

/** What is known of a request: all that `authenticate` sees, whichever server took it. */
export interface HttpRequest {
  /** Upper case. */
  readonly method: string
  /** Path and query as they were sent, e.g. `/bank/FindAccount?id=a1`. */
  readonly url: string
  /** Undefined where the server does not know it, e.g. on a unix socket. */
  readonly remoteAddress: string | undefined
  /** A header by its lower-case name; values that were sent apart are joined by `, `. */
  header(name: string): string | undefined
  /** The names of its headers in lower case, where they are told. */
  headerNames?(): readonly string[]
}

/** A request with what answering it needs. Each server has one class that implements it. */
export interface Exchange extends HttpRequest {
  /**
   * The headers by their lower-case names. Read under a name that stands in the code, a header that was not sent costs
   * next to nothing.
   */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Aborts when the client goes away before the answer is whole. */
  readonly signal: AbortSignal
  /**
   * The whole body.
   *
   * @returns the failure `TooLarge` as soon as there are more bytes, `MalformedInput` when it breaks off
   */
  readBody(maxBytes: number): Promise<Uint8Array | AnyFailure>
  /** The body as it comes, once. The sender waits while the reader is behind; what breaks off throws. */
  streamBody(): AsyncIterable<Uint8Array>
}

/** Sends a piece of a streamed answer. A promise asks the sender to wait: the client reads slower than we write. */
export type Write = (piece: string | Uint8Array) => void | Promise<void>

/** What goes back. */
export interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  /** A line of `Set-Cookie` for each; a header has one value and these cannot be joined. */
  readonly cookies?: readonly string[]
  /** A function streams; it is always run, also when the client is gone, and ends when all is written. */
  readonly body: string | Uint8Array | ((write: Write) => Promise<void>) | undefined
}

/** The path of a request target, without query. */
export function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

/** The query of a request target, without its `?`; empty where there is none. */
export function queryOf(url: string): string {
  const query = url.indexOf('?')
  return query < 0 ? '' : url.slice(query + 1)
}
