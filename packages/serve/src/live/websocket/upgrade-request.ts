import type { IncomingMessage } from 'node:http'
import type { HttpRequest } from '../../http/exchange.ts'

/** Headers that a browser adds by itself, whoever made the page. */
const added: ReadonlySet<string> = new Set(['cookie', 'authorization'])

/** The request that a connection began with, as who authenticates sees it. */
export class UpgradeRequest implements HttpRequest {
  readonly method = 'GET'
  readonly url: string
  readonly remoteAddress: string | undefined
  readonly #headers: Readonly<Record<string, string | undefined>>

  constructor(
    { url, remoteAddress }: Pick<HttpRequest, 'url' | 'remoteAddress'>,
    headers: Readonly<Record<string, string | undefined>>,
  ) {
    this.url = url
    this.remoteAddress = remoteAddress
    this.#headers = headers
  }

  static of({ url, headers, socket: { remoteAddress } }: IncomingMessage): UpgradeRequest {
    // Only `set-cookie` is a list, which no request has a use for.
    return new UpgradeRequest({ url: url!, remoteAddress }, headers as Record<string, string | undefined>)
  }

  header(name: string): string | undefined {
    return this.#headers[name]
  }

  /** The same request with credentials that came later. Browsers cannot set a header for a connection. */
  withAuthorization(authorization: string): UpgradeRequest {
    return new UpgradeRequest(this, { ...this.#headers, authorization })
  }

  /** The same request without what the browser added. */
  withoutCredentials(): UpgradeRequest {
    return new UpgradeRequest(
      this,
      Object.fromEntries(Object.entries(this.#headers).filter(([name]) => !added.has(name))),
    )
  }
}
