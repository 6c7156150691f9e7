import type { AnyFailure } from '@heddle/core'
import type { Exchange } from '../http/exchange.ts'

/** A request as if it had asked for another address: below the console everything is served as an app serves it. */
export class RoutedExchange implements Exchange {
  readonly url: string
  readonly #asked: Exchange

  constructor(asked: Exchange, url: string) {
    this.#asked = asked
    this.url = url
  }

  get method(): string {
    return this.#asked.method
  }

  get headers(): Exchange['headers'] {
    return this.#asked.headers
  }

  get remoteAddress(): string | undefined {
    return this.#asked.remoteAddress
  }

  get signal(): AbortSignal {
    return this.#asked.signal
  }

  header(name: string): string | undefined {
    return this.#asked.header(name)
  }

  readBody(maxBytes: number): Promise<Uint8Array | AnyFailure> {
    return this.#asked.readBody(maxBytes)
  }

  streamBody(): AsyncIterable<Uint8Array> {
    return this.#asked.streamBody()
  }
}
