import { decodeJson, type DecodeLimits } from '@heddle/core'
import type { Readable, Writable } from 'node:stream'
import {
  type JSONRPCMessage,
  parseJSONRPCMessage,
  serializeMessage,
  type Transport,
} from '@modelcontextprotocol/server'

/** A line feed. */
const lineEnd = 10

/**
 * Messages as lines over two streams. It reads as strictly as HTTP does: what `JSON.parse` would change without a word is a
 * parse error, and a line beyond `maxBodyBytes` ends the connection.
 */
export class LineTransport implements Transport {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: JSONRPCMessage) => void
  /** Settles when the connection has ended, from whichever side. */
  readonly closed: Promise<void>
  readonly #input: Readable
  readonly #output: Writable
  readonly #limits: Required<DecodeLimits>
  readonly #end: () => void
  #pieces: Buffer[] = []
  #size = 0
  #isClosed = false

  constructor(input: Readable, output: Writable, limits: Required<DecodeLimits>) {
    this.#input = input
    this.#output = output
    this.#limits = limits
    const { promise, resolve } = Promise.withResolvers<void>()
    this.closed = promise
    this.#end = resolve
  }

  async start(): Promise<void> {
    this.#input.on('data', this.#read)
    this.#input.once('end', this.#leave).once('close', this.#leave)
    // Whoever reads our lines has gone: nobody is left to tell.
    this.#output.on('error', this.#leave)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#input.off('data', this.#read).off('end', this.#leave).off('close', this.#leave)
    this.#input.pause()
    this.#pieces = []
    this.onclose?.()
    this.#end()
  }

  send(message: JSONRPCMessage): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error('the connection has ended'))
    return this.#write(serializeMessage(message))
  }

  /** Waits while the client reads slower than we write. */
  #write(line: string): Promise<void> {
    return new Promise((resolve) => {
      if (this.#output.write(line)) resolve()
      else this.#output.once('drain', resolve)
    })
  }

  readonly #leave = () => void this.close()

  readonly #read = (chunk: Buffer) => {
    let start = 0
    for (;;) {
      const end = chunk.indexOf(lineEnd, start)
      if (end < 0) break
      this.#take(chunk.subarray(start, end))
      start = end + 1
      this.#line(Buffer.concat(this.#pieces))
      this.#pieces = []
      this.#size = 0
    }
    this.#take(chunk.subarray(start))
    if (this.#size <= this.#limits.maxBodyBytes) return
    this.#refuse(`a line is longer than ${this.#limits.maxBodyBytes} bytes (limit "maxBodyBytes")`)
    void this.close()
  }

  #take(piece: Buffer): void {
    if (piece.byteLength === 0) return
    this.#pieces.push(piece)
    this.#size += piece.byteLength
  }

  #line(bytes: Buffer): void {
    const text = bytes.at(-1) === 13 ? bytes.subarray(0, -1) : bytes
    if (text.byteLength === 0 || this.#isClosed) return
    const decoded = decodeJson(text, this.#limits)
    if (!decoded.ok) return this.#refuse(decoded.errors[0]!.message)
    let message: JSONRPCMessage
    try {
      message = parseJSONRPCMessage(decoded.value)
    } catch {
      return this.#refuse('it is no message of JSON-RPC', -32_600)
    }
    this.onmessage?.(message)
  }

  /** It cannot be known which request it was that could not be read. */
  #refuse(reason: string, code = -32_700): void {
    const error = { code, message: code === -32_700 ? `Parse error: ${reason}` : `Invalid request: ${reason}` }
    void this.#write(`${JSON.stringify({ jsonrpc: '2.0', id: null, error })}\n`)
    this.onerror?.(new Error(error.message))
  }
}
