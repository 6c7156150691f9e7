import { type AnyFailure, systemFailure, tooLarge } from '@heddle/core'
import type { Exchange } from './exchange.ts'

/** A request of the Fetch standard. */
export class FetchExchange implements Exchange {
  readonly method: string
  readonly url: string
  readonly remoteAddress: string | undefined = undefined
  readonly signal: AbortSignal
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly #request: Request

  constructor(request: Request, signal: AbortSignal) {
    const { pathname, search } = new URL(request.url)
    this.method = request.method
    this.url = pathname + search
    this.signal = signal
    this.headers = Object.fromEntries(request.headers)
    this.#request = request
  }

  header(name: string): string | undefined {
    return this.headers[name]
  }

  headerNames(): readonly string[] {
    return Object.keys(this.headers)
  }

  async readBody(maxBytes: number): Promise<Uint8Array | AnyFailure> {
    const { body } = this.#request
    if (Number(this.header('content-length') ?? 0) > maxBytes) return tooLarge(maxBytes)
    if (!body) return new Uint8Array()
    const chunks: Uint8Array[] = []
    let size = 0
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        size += chunk.byteLength
        // Leaving the loop cancels the stream.
        if (size > maxBytes) return tooLarge(maxBytes)
        chunks.push(chunk)
      }
    } catch (cause) {
      return systemFailure('MalformedInput', { format: 'request', reason: 'its body broke off' }, { cause })
    }
    return Buffer.concat(chunks, size)
  }

  async *streamBody(): AsyncGenerator<Uint8Array> {
    const { body } = this.#request
    if (!body) return
    try {
      yield* body as AsyncIterable<Uint8Array>
    } catch (cause) {
      throw systemFailure('MalformedInput', { format: 'request', reason: 'its body broke off' }, { cause })
    }
  }
}
