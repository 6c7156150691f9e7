import { mostTextOfBad } from './limits.ts'

/** The text of a bad record, cut; bytes that are no UTF-8 become replacement characters. */
export function textOfBad(bytes: Buffer, from: number, to: number): string {
  // A character takes at most four bytes.
  return bytes
    .toString('utf8', from, Math.min(to, from + mostTextOfBad * 4))
    .slice(0, mostTextOfBad)
    .toWellFormed()
}
