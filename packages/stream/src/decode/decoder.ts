import type { AnyFailure } from '@heddle/core'

/**
 * How much of a record is read and proved. `strict`: the text is well-formed by the rules that hold at every surface, and
 * each field has the type that the schema says. `needed`: only the fields that are asked for are read and checked, what
 * lies between them is skipped. `whole`: all of the text is read, nothing is checked against a schema.
 */
export type DecodeMode = 'strict' | 'needed' | 'whole'

/** Where a decoder stands in its stream. Plain JSON: a checkpoint keeps it, and `seek` goes on from there. */
export interface DecoderPosition {
  /** Bytes that were used up. */
  readonly byte: number
  /** Lines that were used up; the line that comes next is one more. */
  readonly line: number
  /** Records before this place, good and bad ones: the number of the next one in its stream, from 0. */
  readonly record: number
  /** Whether this place is inside of a line that was refused for its length, and whose rest is skipped. */
  readonly isInLine?: boolean
  /** CSV: the names of the columns, as the header told them. */
  readonly columns?: readonly string[]
}

/** A record that could not be read, and why. */
export interface BadRecord {
  /** How many good ones of its batch stand before it. */
  readonly index: number
  /** The line on which it begins, from 1, counted over the stream. */
  readonly line: number
  /** Where it begins: bytes from the beginning of the stream. */
  readonly byte: number
  /** Its text, at most 8,192 characters of it. */
  readonly text: string
  /** What is wrong, each with code, path and message. */
  readonly errors: readonly AnyFailure[]
}

/** More lines than one for each record. */
export interface LineSkip {
  /** Before which record, good and bad ones of the batch counted. */
  readonly index: number
  /** How many more: blank ones, a header, further ones of the record before. */
  readonly lines: number
}

/** What was read of a chunk. */
export interface DecodedBatch {
  /** The good records, in the order of the text. */
  readonly values: unknown[]
  readonly bad: readonly BadRecord[]
  /** Bytes that were used up, counted from where the decoder began: whole lines. The others have to come again. */
  readonly consumed: number
  readonly lines: number
  /** Where more than one line was used up for a record, so that the line of each is known. */
  readonly skips: readonly LineSkip[]
}

/** What a decoder reads and what it leaves, for `explain`. */
export interface DecodeDescription {
  readonly format: DecodeFormat
  /** `strict` where `needed` was asked for and all of a record is needed. */
  readonly mode: DecodeMode
  /** The fields that are read, as `origin.code`; absent where all are. */
  readonly reads?: readonly string[]
  /** What holds of each record that comes out of it, as a sentence. */
  readonly proves: string
}

/** How records stand in bytes: an object of JSON a line, fields between delimiters, or lines of text. */
export type DecodeFormat = 'ndjson' | 'csv' | 'lines'

/**
 * Reads records from the bytes of one stream. Synchronous: it holds no bytes between calls, only where it stands.
 *
 * @example
 * const { values, consumed } = decoder.decode(chunk, 0, 1_000, false)
 */
export interface Decoder {
  /** Where the bytes begin that the next call gets. */
  readonly position: DecoderPosition
  /** Goes on from a place that `position` told. */
  seek(position: DecoderPosition): void
  /**
   * @param from where to begin in the chunk
   * @param maxRecords how many records to read at most, good and bad ones
   * @param isEnd whether nothing comes after the chunk, so that its last line is whole without a line feed
   */
  decode(chunk: Uint8Array, from: number, maxRecords: number, isEnd: boolean): DecodedBatch
  describe(): DecodeDescription
}

/** Where every stream begins. */
export const streamStart: DecoderPosition = { byte: 0, line: 0, record: 0 }
