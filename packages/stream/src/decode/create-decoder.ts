import { CsvDecoder } from './csv/csv-decoder.ts'
import type { z } from 'zod'
import type { Decoder } from './decoder.ts'
import { neededJson, strictJson } from './json/json-format.ts'
import { wholeJson } from './json/whole-json.ts'
import { lineLimits } from './limits.ts'
import { LineDecoder, type LineFormat } from './line-decoder.ts'
import type { DecoderOptions } from './options.ts'
import { textLines } from './text-lines.ts'

/**
 * Makes a decoder of the bytes of one stream.
 *
 * @example
 * const decoder = createDecoder({ format: 'ndjson', schema: z.object({ origin: z.string(), delay: z.int() }) })
 * const { values, bad } = decoder.decode(Buffer.from('{"origin":"LAX","delay":7}\n{"origin":1}\n'), 0, 1_000, true)
 * // values: [{ origin: 'LAX', delay: 7 }], bad: [{ line: 2, errors: [InvalidType at origin, InvalidType at delay], … }]
 */
export function createDecoder(options: DecoderOptions): Decoder {
  if (options.format === 'csv') return new CsvDecoder(options)
  const { maxLineBytes = lineLimits.maxLineBytes } = options
  return new LineDecoder(formatOf(options, maxLineBytes), maxLineBytes)
}

// A format learns how records look, and its code becomes fast with use: all decoders of one type share it. That changes
// nothing of what they give, because it depends on the bytes alone.
const known = new WeakMap<z.ZodType, Map<string, LineFormat>>()

function formatOf(options: DecoderOptions, maxLineBytes: number): LineFormat {
  const { schema, format, mode, needed, maxDepth } = options
  if (schema === undefined) return createFormat(options, maxLineBytes)
  let formats = known.get(schema)
  if (formats === undefined) known.set(schema, (formats = new Map()))
  const key = JSON.stringify([format, mode, needed, maxDepth, maxLineBytes])
  let found = formats.get(key)
  if (found === undefined) formats.set(key, (found = createFormat(options, maxLineBytes)))
  return found
}

function createFormat(options: DecoderOptions, maxLineBytes: number): LineFormat {
  const { format, schema, mode = 'strict', needed = [[]], maxDepth = lineLimits.maxDepth } = options
  if (format === 'lines') return textLines(schema)
  if (mode === 'whole') return wholeJson(maxDepth, maxLineBytes)
  if (mode === 'needed') return neededJson(schema, needed, maxDepth, maxLineBytes)
  return strictJson(schema, maxDepth, maxLineBytes)
}
