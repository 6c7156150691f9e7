import { type AnyFailure, Issues, type Outcome } from '@heddle/core'
import { Batch } from './batch.ts'
import { textOfBad } from './text-of-bad.ts'
import type { ValueCheck } from './check-value.ts'
import {
  type DecodeDescription,
  type DecodedBatch,
  type Decoder,
  type DecoderPosition,
  streamStart,
} from './decoder.ts'
import { cursor, padding, unusual } from './json/cursor.ts'
import type { ReadRecord } from './json/generate-reader.ts'
import { spaceEnd } from './json/values.ts'
import { tooLong } from './too-long.ts'
import { memoryOf } from './views.ts'

/** What a format does with a line. */
export interface LineFormat {
  /** Reads the record that begins at `at`, the fast way: what that does not settle is `unusual`. */
  readonly read: ReadRecord
  /** Reads a line the slow and certain way. */
  readSlowly(line: Buffer): Outcome<unknown, AnyFailure>
  readonly check: ValueCheck | undefined
  /** Called when bytes may have changed in place. */
  forget?(): void
  describe(): DecodeDescription
}

const lineFeed = 10
const emptyBatch: DecodedBatch = { values: [], bad: [], consumed: 0, lines: 0, skips: [] }

/** Decodes records that stand in a line each. Empty lines are passed over; a line may end in a carriage return. */
export class LineDecoder implements Decoder {
  readonly #format: LineFormat
  readonly #maxLineBytes: number
  #position = streamStart
  // The last line of a chunk is read from here, because words are read beyond the end of a line. Memory of its own.
  #scratch = Buffer.allocUnsafeSlow(4096)

  constructor(format: LineFormat, maxLineBytes: number) {
    this.#format = format
    this.#maxLineBytes = maxLineBytes
  }

  get position(): DecoderPosition {
    return this.#position
  }

  seek(position: DecoderPosition): void {
    this.#position = position
  }

  describe(): DecodeDescription {
    return this.#format.describe()
  }

  decode(chunk: Uint8Array, from: number, maxRecords: number, isEnd: boolean): DecodedBatch {
    // Places are those of the memory in which the chunk lies.
    const { bytes, words } = memoryOf(chunk.buffer)
    const base = chunk.byteOffset
    const begin = base + from
    const end = base + chunk.length
    const batch = new Batch(this.#position, begin)
    this.#format.forget?.()
    let at = this.#begin(bytes, begin, end, isEnd, batch)
    if (at < 0) return emptyBatch
    // Lines before this place are whole and have enough bytes behind them.
    const fastEnd = bytes.lastIndexOf(lineFeed, Math.max(end - padding - 1, 0)) + 1
    while (at < end && batch.count < maxRecords) {
      if (at < fastEnd) {
        at = this.#readLine(bytes, words, at, batch.byteOf(at), batch)
        continue
      }
      const found = chunk.indexOf(lineFeed, at - base)
      if (found < 0 && !isEnd) {
        if (end - at > this.#maxLineBytes) {
          batch.addBad(batch.byteOf(at), textOfBad(bytes, at, end), [tooLong(this.#maxLineBytes)])
          batch.isInLine = true
          at = end
        }
        break
      }
      const lineEnd = found < 0 ? end : base + found
      const line = memoryOf(this.#padded(bytes, at, lineEnd).buffer)
      this.#format.forget?.()
      this.#readLine(line.bytes, line.words, 0, batch.byteOf(at), batch)
      at = found < 0 ? end : lineEnd + 1
    }
    this.#position = batch.positionAt(at)
    return { values: batch.values, bad: batch.bad, consumed: at - begin, lines: batch.lines, skips: batch.skips }
  }

  /** Passes over a byte order mark, and the rest of a line that was refused. −1 where more bytes have to come first. */
  #begin(bytes: Buffer, from: number, to: number, isEnd: boolean, batch: Batch): number {
    if (this.#position.byte === 0 && from < to && bytes[from] === 0xef) {
      if (to - from < 3 && !isEnd) return -1
      if (to - from >= 3 && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf) return from + 3
    }
    return batch.skipLine(bytes, from, to)
  }

  /** Reads a whole line. Gives back the place behind its line feed. */
  #readLine(bytes: Buffer, words: DataView, at: number, byte: number, batch: Batch): number {
    const { read, check } = this.#format
    if (bytes[at] === lineFeed) {
      batch.lines++
      batch.skip(1)
      return at + 1
    }
    cursor.isSure = false
    const record = read(bytes, words, at)
    if (record !== unusual) {
      const end = bytes[cursor.at] === lineFeed ? cursor.at : spaceEnd(bytes, cursor.at)
      if (bytes[end] === lineFeed && end - at <= this.#maxLineBytes) {
        const checked = check === undefined || cursor.isSure ? record : check.run(record)
        if (checked instanceof Issues) batch.addBad(byte, textOfBad(bytes, at, end), check!.failures(checked, record))
        else batch.values.push(checked)
        batch.lines++
        return end + 1
      }
    }
    const end = bytes.indexOf(lineFeed, at)
    if (spaceEnd(bytes, at) < end) this.#readSlowly(bytes, at, end, byte, batch)
    else batch.skip(1)
    batch.lines++
    return end + 1
  }

  #readSlowly(bytes: Buffer, at: number, end: number, byte: number, batch: Batch): void {
    const refuse = (errors: readonly AnyFailure[]) => batch.addBad(byte, textOfBad(bytes, at, end), errors)
    if (end - at > this.#maxLineBytes) return refuse([tooLong(this.#maxLineBytes)])
    const decoded = this.#format.readSlowly(bytes.subarray(at, end))
    if (!decoded.ok) return refuse(decoded.errors)
    const { check } = this.#format
    const checked = check === undefined ? decoded.value : check.run(decoded.value)
    if (checked instanceof Issues) return refuse(check!.failures(checked, decoded.value))
    batch.values.push(checked)
  }

  /** A copy of a line with its line feed and enough bytes behind it. */
  #padded(bytes: Buffer, from: number, to: number): Buffer {
    const length = to - from
    if (this.#scratch.length < length + 1 + padding) this.#scratch = Buffer.allocUnsafeSlow((length + padding) * 2)
    bytes.copy(this.#scratch, 0, from, to)
    this.#scratch.fill(lineFeed, length, length + 1 + padding)
    return this.#scratch
  }
}
