import { tooLarge } from '@heddle/core'

/** A line of a body, valid until the next one is asked for. */
export interface BodyLine {
  readonly bytes: Uint8Array
  /** Counted from one. */
  readonly line: number
}

const newline = 10

/**
 * Splits bytes into lines as they come; empty ones are counted and left out.
 *
 * @throws {Failure} TooLarge, for a line that is longer than allowed
 */
export async function* linesOf(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<BodyLine> {
  let begun: Uint8Array[] = []
  let size = 0
  let line = 1
  for await (const chunk of body) {
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const rest = chunk.subarray(start, end)
      const bytes = size === 0 ? rest : Buffer.concat([...begun, rest])
      start = end + 1
      begun = []
      size = 0
      if (!isBlank(bytes)) yield { bytes, line }
      line++
    }
    if (start === chunk.byteLength) continue
    // Copied, because whoever reads the body may use the memory of a chunk again.
    begun.push(Buffer.from(chunk.subarray(start)))
    size += chunk.byteLength - start
    if (size > maxBytes) throw tooLarge(maxBytes)
  }
  const bytes = Buffer.concat(begun)
  if (!isBlank(bytes)) yield { bytes, line }
}

const carriageReturn = 13
const isBlank = ({ length, 0: first }: Uint8Array) => length === 0 || (length === 1 && first === carriageReturn)
