import { isAscii, isUtf8 } from 'node:buffer'
import { decodeJson, success } from '@heddle/core'
import type { LineFormat } from '../line-decoder.ts'
import { cursor, unusual } from './cursor.ts'
import type { ReadRecord } from './generate-reader.ts'
import { predictingAnything } from './record-reader.ts'
import { lineFeedFrom } from './words.ts'

/** So many bytes become text at a time: one call for each line costs more. */
const blockBytes = 65_536

/** A line is what `JSON.parse` makes of it; most are read faster than by it, because they look like those before. */
export function wholeJson(maxDepth: number, maxBodyBytes: number): LineFormat {
  let block: Block | undefined
  const parse: ReadRecord = (bytes, words, at) => {
    const end = lineFeedFrom(words, at)
    if (block === undefined || at < block.from || end > block.to) block = blockAt(bytes, at, end)
    const { from, text } = block
    const line = text === undefined ? bytes.toString('utf8', at, end) : text.substring(at - from, end - from)
    if (text === undefined && line.includes('\ufffd')) return unusual
    try {
      const value: unknown = JSON.parse(line)
      cursor.at = end
      return value
    } catch {
      return unusual
    }
  }
  return {
    read: predictingAnything(parse, { proves: true, maxDepth }),
    readSlowly(line) {
      if (isUtf8(line)) {
        try {
          return success(JSON.parse(line.toString('utf8')) as unknown)
        } catch {
          // What is wrong, and where, is told below.
        }
      }
      return decodeJson(line, { maxDepth, maxBodyBytes })
    },
    forget: () => (block = undefined),
    check: undefined,
    describe: () => ({ format: 'ndjson', mode: 'whole', proves: 'the text is JSON; types are not checked' }),
  }
}

/** Lines as one text, if they are ASCII, so that a place in it is the place of a byte. */
interface Block {
  readonly from: number
  readonly to: number
  readonly text: string | undefined
}

function blockAt(bytes: Buffer, from: number, firstEnd: number): Block {
  const to = Math.max(bytes.lastIndexOf(10, Math.min(from + blockBytes, bytes.length)), firstEnd)
  return { from, to, text: isAscii(bytes.subarray(from, to)) ? bytes.toString('latin1', from, to) : undefined }
}
