import { createDecoder } from '../decode/create-decoder.ts'
import { type Decoder, streamStart } from '../decode/decoder.ts'
import type { SourceBatch, SourceHost, UnreadRecord } from './source.ts'

/** What is known of a text beside its value. */
export interface TextFacts {
  /** Where it comes from, e.g. `orders/0@17`. */
  readonly origin: string
  readonly time?: number
  readonly key?: string | null
  readonly weight?: 1 | -1
}

const lineFeed = 10
const lineEnd = Buffer.from([lineFeed])

/** What decodes texts of JSON for a source. */
export const jsonDecoder = ({ schema, decode, needed }: SourceHost): Decoder =>
  createDecoder({ format: 'ndjson', schema, mode: decode, needed })

/** Texts of JSON that came one by one, decoded together: they are put into lines. */
export class JsonBatch {
  readonly #pieces: Buffer[] = []
  readonly #facts: TextFacts[] = []

  get size(): number {
    return this.#facts.length
  }

  add(text: Buffer | string, facts: TextFacts): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text
    // What is nothing but space would be no line.
    const isBlank = bytes.every((byte) => byte === 32 || byte === 9 || byte === 13 || byte === lineFeed)
    this.#pieces.push(isBlank ? blank : bytes.includes(lineFeed) ? onOneLine(bytes) : bytes, lineEnd)
    this.#facts.push(facts)
  }

  decode(decoder: Decoder): Omit<SourceBatch, 'position'> {
    decoder.seek(streamStart)
    const { values, bad } = decoder.decode(Buffer.concat(this.#pieces), 0, this.size, true)
    const unread = bad.map(({ index, line, text, errors }): UnreadRecord => {
      const told = errors.map(({ code, message, path }) => ({ code, message, path: path as (string | number)[] }))
      return { index, origin: this.#facts[line - 1]!.origin, input: text, errors: told }
    })
    const badLines = new Set(bad.map(({ line }) => line - 1))
    const facts = badLines.size === 0 ? this.#facts : this.#facts.filter((_, index) => !badLines.has(index))
    return {
      values,
      ...(facts.some(({ time }) => time !== undefined) && { times: facts.map(({ time = 0 }) => time) }),
      ...(facts.some(({ key }) => key !== undefined) && { keys: facts.map(({ key = null }) => key) }),
      ...(facts.some(({ weight }) => weight === -1) && { weights: facts.map(({ weight = 1 }) => weight) }),
      ...(unread.length > 0 && { unread }),
    }
  }
}

const blank = Buffer.from('?')

/** Line feeds stand only between the tokens of JSON, where a space does as well. */
function onOneLine(value: Buffer): Buffer {
  const copy = Buffer.from(value)
  for (let at = copy.indexOf(lineFeed); at >= 0; at = copy.indexOf(lineFeed, at + 1)) copy[at] = 32
  return copy
}
