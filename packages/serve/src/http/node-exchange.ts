import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AnyFailure, systemFailure, tooLarge } from '@heddle/core'
import type { Exchange } from './exchange.ts'
import { freeingBuffers } from './file/free-buffers.ts'

const noBytes = new Uint8Array()

/** A request of node:http, read directly: building a `Request` costs more than the rest of the way. */
export class NodeExchange implements Exchange {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly #incoming: IncomingMessage
  readonly #outgoing: ServerResponse
  #controller: AbortController | undefined

  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    this.method = incoming.method!
    this.url = originForm(incoming.url!)
    this.#incoming = incoming
    // Only `set-cookie` is a list, which no request has a use for.
    this.headers = incoming.headers as Record<string, string | undefined>
    this.#outgoing = outgoing
  }

  get remoteAddress(): string | undefined {
    return this.#incoming.socket.remoteAddress
  }

  /** Made when it is first asked for. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      const controller = (this.#controller = new AbortController())
      const outgoing = this.#outgoing
      // `close` without everything written is the only sign of a client that left.
      const onClose = () => void (outgoing.writableFinished || controller.abort())
      if (outgoing.destroyed) onClose()
      else outgoing.once('close', onClose)
    }
    return this.#controller.signal
  }

  header(name: string): string | undefined {
    return this.headers[name]
  }

  headerNames(): readonly string[] {
    return Object.keys(this.headers)
  }

  readBody(maxBytes: number): Promise<Uint8Array | AnyFailure> {
    const incoming = this.#incoming
    const length = this.headers['content-length']
    if (length !== undefined && Number(length) > maxBytes) return Promise.resolve(tooLarge(maxBytes))

    // The server leaves it to us to ask for the body, so that one that is too large is never sent.
    if (this.headers.expect !== undefined) this.#outgoing.writeContinue()

    return new Promise((resolve) => {
      let first: Uint8Array | undefined
      let rest: Uint8Array[] | undefined
      let size = 0
      const onData = (chunk: Uint8Array) => {
        size += chunk.byteLength
        if (size > maxBytes) {
          incoming.off('data', onData).pause()
          return resolve(tooLarge(maxBytes))
        }
        if (first === undefined) first = chunk
        else (rest ??= []).push(chunk)
      }
      incoming.on('data', onData)
      incoming.on('end', () => resolve(rest ? Buffer.concat([first!, ...rest], size) : (first ?? noBytes)))
      incoming.on('error', () => resolve(brokenOff()))
    })
  }

  streamBody(): AsyncIterable<Uint8Array> {
    if (this.headers.expect !== undefined) this.#outgoing.writeContinue()
    // Who leaves the body early still wants to answer.
    return freeingBuffers(wholeOrBroken(this.#incoming))
  }
}

async function* wholeOrBroken(incoming: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>
  } catch (cause) {
    throw systemFailure('MalformedInput', { format: 'request', reason: 'its body broke off' }, { cause })
  }
}

const brokenOff = () => systemFailure('MalformedInput', { format: 'request', reason: 'its body broke off' })

/** Proxies may send the whole URL as the target (RFC 9112, 3.2.2). */
function originForm(target: string): string {
  if (target.startsWith('/')) return target
  return /^https?:\/\/[^/?#]*/i.test(target) ? target.replace(/^https?:\/\/[^/?#]*/i, '') || '/' : target
}
