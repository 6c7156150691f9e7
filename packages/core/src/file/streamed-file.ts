import { systemFailure } from '../error/failure.ts'

/** Bytes from `start` up to but not including `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** What is known of a file before its bytes are read. */
export interface FileFacts {
  readonly name?: string
  /** Media type. @default 'application/octet-stream' */
  readonly type?: string
  /** Missing when it is only known at the end. */
  readonly sizeBytes?: number
  /** SHA-256 of the content, in hexadecimal digits, where it is known. */
  readonly sha256?: string
}

/** Opens the bytes of a file; a part of them where it can. */
export type OpenBytes = (range?: ByteRange) => AsyncIterable<Uint8Array>

/**
 * A file on its way: what is known of it, and its bytes as they come. They are read as fast as they are used, so a file
 * of any size takes little memory.
 *
 * @example for await (const chunk of input.photo.stream()) hash.update(chunk)
 */
export class StreamedFile {
  readonly name: string | undefined
  readonly type: string
  readonly sizeBytes: number | undefined
  readonly sha256: string | undefined
  /** Whether its bytes can be read many times, and in part. What arrives over a connection passes once. */
  readonly isRepeatable: boolean
  readonly #open: OpenBytes
  readonly #maxBytes: number
  #isOpened = false

  constructor(open: OpenBytes, facts: FileFacts = {}, options: { isRepeatable?: boolean; maxBytes?: number } = {}) {
    this.name = facts.name
    this.type = facts.type || 'application/octet-stream'
    this.sizeBytes = facts.sizeBytes
    this.sha256 = facts.sha256
    this.isRepeatable = options.isRepeatable ?? false
    this.#maxBytes = options.maxBytes ?? Infinity
    this.#open = open
  }

  /**
   * The bytes. Reading stops the sender while the reader is behind.
   *
   * @throws {Failure} TooLarge while reading, as soon as there are more bytes than the type allows
   * @throws {TypeError} when it is read a second time and passes only once
   */
  stream(range?: ByteRange): AsyncIterable<Uint8Array> {
    if (!this.isRepeatable) {
      if (this.#isOpened || range) throw new TypeError('the bytes of this file pass once, from the beginning')
      this.#isOpened = true
    }
    return this.#maxBytes === Infinity ? this.#open(range) : limited(this.#open(range), this.#maxBytes)
  }

  /** All bytes in memory. */
  async bytes(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = []
    for await (const chunk of this.stream()) chunks.push(chunk)
    return Buffer.concat(chunks)
  }

  /** All bytes as UTF-8 text. */
  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes())
  }

  /** The same file with other facts. The bytes are shared. */
  with(facts: FileFacts): StreamedFile {
    return new StreamedFile((range) => this.stream(range), { ...this.#facts(), ...facts }, this)
  }

  /** The same file, of which no more than so many bytes are handed on. */
  within(maxBytes: number): StreamedFile {
    return new StreamedFile((range) => this.stream(range), this.#facts(), { isRepeatable: this.isRepeatable, maxBytes })
  }

  /** What is known of it: its bytes are in no log and no record of a call. */
  toJSON(): FileFacts {
    return this.#facts()
  }

  #facts(): FileFacts {
    const { name, type, sizeBytes, sha256 } = this
    return {
      ...(name !== undefined && { name }),
      type,
      ...(sizeBytes !== undefined && { sizeBytes }),
      ...(sha256 !== undefined && { sha256 }),
    }
  }
}

async function* limited(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.byteLength
    if (size > maxBytes) throw systemFailure('TooLarge', { limit: maxBytes, name: 'file.maxBytes' })
    yield chunk
  }
}
