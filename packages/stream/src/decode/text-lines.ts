import { failed, success, systemFailure } from '@heddle/core'
import { isUtf8 } from 'node:buffer'
import type { z } from 'zod'
import { valueCheck } from './check-value.ts'
import { cursor, unusual } from './json/cursor.ts'
import { lineFeedFrom } from './json/words.ts'
import type { LineFormat } from './line-decoder.ts'

const carriageReturn = 13

/** A record is a line of text, without what ends it. */
export function textLines(schema: z.ZodType | undefined): LineFormat {
  return {
    read(bytes, words, at) {
      const end = lineFeedFrom(words, at)
      const text = bytes.toString('utf8', at, bytes[end - 1] === carriageReturn ? end - 1 : end)
      if (text.includes('\ufffd') || text.trim() === '') return unusual
      cursor.at = end
      return text
    },
    readSlowly(line) {
      if (!isUtf8(line)) return failed([systemFailure('MalformedInput', { format: 'text', reason: 'it is not UTF-8' })])
      const text = line.toString('utf8')
      return success(text.endsWith('\r') ? text.slice(0, -1) : text)
    },
    check: valueCheck(schema, 'text'),
    describe: () => ({ format: 'lines', mode: 'strict', proves: 'the text is UTF-8' }),
  }
}
