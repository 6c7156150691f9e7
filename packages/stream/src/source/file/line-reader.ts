import { createDecoder } from '../../decode/create-decoder.ts'
import type { BadRecord, Decoder, DecoderPosition } from '../../decode/decoder.ts'
import { PendingBytes } from '../../decode/pending-bytes.ts'
import type { DecoderOptions } from '../../decode/options.ts'
import type { RecordLines, UnreadRecord } from '../source.ts'
import type { ByteReader } from './byte-reader.ts'

/** Records that were read, without a position. */
export interface ReadRecords {
  readonly values: readonly unknown[]
  readonly unread?: readonly UnreadRecord[]
  readonly lines: RecordLines
}

/** Turns the bytes of a file into records, as many as are asked for. */
export class LineReader {
  readonly #decoder: Decoder
  readonly #bytes: ByteReader
  readonly #name: string
  readonly #seen: (bytes: Uint8Array, at: number) => void
  readonly #pending = new PendingBytes()
  #end: number

  /**
   * @param name how places in the file are told, e.g. `flights.ndjson`
   * @param seen is shown all bytes as they come, and where they stand
   */
  constructor(
    bytes: ByteReader,
    options: DecoderOptions,
    name: string,
    position: DecoderPosition,
    seen: (bytes: Uint8Array, at: number) => void = () => {},
  ) {
    this.#decoder = createDecoder(options)
    this.#decoder.seek(position)
    this.#bytes = bytes
    this.#name = name
    this.#seen = seen
    this.#end = position.byte
  }

  get position(): DecoderPosition {
    return this.#decoder.position
  }

  /** Where the bytes end that were read so far. */
  get end(): number {
    return this.#end
  }

  /**
   * The next records; undefined where there are no whole ones now.
   *
   * @param isEnd nothing will be added, so that the last line is whole as it is
   */
  async read(max: number, isEnd: boolean): Promise<ReadRecords | undefined> {
    for (;;) {
      const read = this.#decode(max, false)
      if (read) return read
      const count = await this.#bytes.fill(this.#pending)
      if (count === 0) return isEnd ? this.#decode(max, true) : undefined
      this.#seen(this.#pending.bytes.subarray(-count), this.#end)
      this.#end += count
    }
  }

  close(): Promise<void> {
    return this.#bytes.close()
  }

  #decode(max: number, isEnd: boolean): ReadRecords | undefined {
    if (this.#pending.length === 0) return undefined
    const first = this.#decoder.position.line + 1
    const { values, bad, consumed, skips } = this.#decoder.decode(this.#pending.bytes, 0, max, isEnd)
    this.#pending.drop(consumed)
    if (values.length === 0 && bad.length === 0) return undefined
    const lines = { of: this.#name, first, ...(skips.length > 0 && { skips }) }
    return bad.length === 0 ? { values, lines } : { values, unread: bad.map((record) => this.#unread(record)), lines }
  }

  #unread({ index, line, text, errors }: BadRecord): UnreadRecord {
    const told = errors.map(({ code, message, path }) => ({ code, message, path: path as (string | number)[] }))
    const { columns } = this.#decoder.position
    return { index, origin: `${this.#name}:${line}`, input: text, ...(columns && { columns }), errors: told }
  }
}
