import type { AnyFailure } from '@heddle/core'
import type { BadRecord, DecoderPosition, LineSkip } from './decoder.ts'

/** What a call of `decode` has read so far. */
export class Batch {
  readonly values: unknown[] = []
  readonly bad: BadRecord[] = []
  readonly skips: LineSkip[] = []
  lines = 0
  /** Whether the rest of a line that was refused for its length is still to come. */
  isInLine: boolean
  readonly #start: DecoderPosition
  readonly #from: number

  /** @param from the place in the chunk at which the position lies */
  constructor(start: DecoderPosition, from: number) {
    this.#start = start
    this.#from = from
    this.isInLine = start.isInLine === true
  }

  get count(): number {
    return this.values.length + this.bad.length
  }

  /** How far a place of the chunk is from the beginning of the stream. */
  byteOf(at: number): number {
    return this.#start.byte + at - this.#from
  }

  /** Lines were used up that are of no record, or of the one before. */
  skip(lines: number): void {
    if (lines !== 0) this.skips.push({ index: this.count, lines })
  }

  addBad(byte: number, text: string, errors: readonly AnyFailure[]): void {
    this.bad.push({ index: this.values.length, line: this.#start.line + this.lines + 1, byte, text, errors })
  }

  /** Passes over the rest of a line that was refused. Gives back where the next one begins. @param to where the bytes end */
  skipLine(bytes: Buffer, from: number, to: number): number {
    if (!this.isInLine) return from
    const end = bytes.indexOf(10, from)
    if (end < 0 || end >= to) return to
    this.isInLine = false
    this.lines++
    this.skip(1)
    return end + 1
  }

  positionAt(at: number): DecoderPosition {
    const { line, record } = this.#start
    const position = { byte: this.byteOf(at), line: line + this.lines, record: record + this.count }
    return this.isInLine ? { ...position, isInLine: true } : position
  }
}
