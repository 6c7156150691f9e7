import type { IncomingMessage } from 'node:http'
import type { AnyFailure } from '@heddle/core'
import type { Exchange, HttpRequest } from './exchange.ts'

/** What a request is taken for in place of what was sent. */
export interface RequestChange {
  /** Path and query, e.g. `/bank/FindAccount?id=a1`. */
  readonly url?: string
  /** By lower-case names, beside those that were sent; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/**
 * Looks at a request before anything else does. Throwing a failure refuses it.
 *
 * @example
 * const changeRequest = ({ url }) => (url.startsWith('/api/') ? { url: url.slice(4) } : undefined)
 */
export type ChangeRequest = (request: HttpRequest) => RequestChange | undefined

/** A request as it is taken. */
export function changed(exchange: Exchange, change: ChangeRequest): Exchange {
  const made = change(seen(exchange, exchange.remoteAddress, exchange.headers))
  return made ? new ChangedExchange(exchange, made) : exchange
}

/** The same for one that asks to be upgraded, in place: it is handed on as it is. */
export function changeIncoming(incoming: IncomingMessage, change: ChangeRequest): void {
  const headers = incoming.headers as Record<string, string | undefined>
  const { method = 'GET', url = '/', socket } = incoming
  const made = change(seen({ method, url }, socket.remoteAddress, headers))
  if (made?.url !== undefined) incoming.url = made.url
  Object.assign(headers, made?.headers)
}

/** What the change is shown: its parts may be taken apart. */
const seen = (
  { method, url }: Pick<HttpRequest, 'method' | 'url'>,
  remoteAddress: string | undefined,
  headers: Exchange['headers'],
): HttpRequest => ({ method, url, remoteAddress, header: (name) => headers[name] })

/** A request that is taken for another one. */
export class ChangedExchange implements Exchange {
  readonly url: string
  readonly headers: Exchange['headers']
  readonly #sent: Exchange

  constructor(sent: Exchange, { url = sent.url, headers }: RequestChange) {
    this.#sent = sent
    this.url = url
    this.headers = headers ? { ...sent.headers, ...headers } : sent.headers
  }

  get method(): string {
    return this.#sent.method
  }
  get remoteAddress(): string | undefined {
    return this.#sent.remoteAddress
  }
  get signal(): AbortSignal {
    return this.#sent.signal
  }

  header(name: string): string | undefined {
    return this.headers[name]
  }

  headerNames(): readonly string[] {
    return Object.keys(this.headers).filter((name) => this.headers[name] !== undefined)
  }

  readBody(maxBytes: number): Promise<Uint8Array | AnyFailure> {
    return this.#sent.readBody(maxBytes)
  }

  streamBody(): AsyncIterable<Uint8Array> {
    return this.#sent.streamBody()
  }
}
