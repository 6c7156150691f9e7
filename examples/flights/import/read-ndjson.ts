import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { decodeJson } from 'heddle'
import { hashOf, type Row, type Source } from './source.ts'

/** A flight takes about 90 bytes: a row that is far longer is none. */
const maxRowBytes = 4096

/** Reads a file that holds a JSON value in each line. A line that cannot be decoded spoils none of the others. */
export async function readNdjson(path: string): Promise<Source> {
  const bytes = await readFile(path)
  return { name: basename(path), hash: hashOf(bytes), rows: linesOf(bytes).map(readLine) }
}

/** Lines stay bytes, so that text in a wrong encoding is seen and not mended. The last one ends in a line feed or not. */
function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  let start = 0
  while (start < bytes.length) {
    const lineFeed = bytes.indexOf('\n', start)
    const end = lineFeed < 0 ? bytes.length : lineFeed
    lines.push(bytes.subarray(start, end))
    start = end + 1
  }
  return lines
}

function readLine(bytes: Buffer, index: number): Row {
  const number = index + 1
  const decoded = decodeJson(bytes, { maxBodyBytes: maxRowBytes })
  return decoded.ok
    ? { number, value: decoded.value }
    : { number, text: bytes.toString('latin1'), errors: decoded.errors }
}
