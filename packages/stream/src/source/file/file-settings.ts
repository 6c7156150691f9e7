import { Defect } from '@heddle/core'
import { z } from 'zod'
import type { DecodeFormat } from '../../decode/decoder.ts'
import type { DecoderOptions } from '../../decode/options.ts'
import { readSize, sizeText } from '../settings.ts'
import type { SourceHost } from '../source.ts'

/** How a file is written; what `file` and `folder` have in common. */
export const fileFields = {
  format: z.enum(['ndjson', 'csv', 'lines', 'parquet']).optional().describe('@default by the ending of the name'),
  follow: z
    .boolean()
    .optional()
    .describe('Goes on with what is added, and through rotation, instead of ending. @default false'),
  csv: z
    .strictObject({
      delimiter: z.string().length(1).optional(),
      quote: z.string().length(1).optional(),
      header: z.boolean().optional(),
      columns: z.array(z.string()).min(1).optional(),
    })
    .optional()
    .describe('How CSV is written'),
  maxLine: sizeText.optional().describe('A longer line is a record that cannot be read. @default 1MiB'),
}

/** Settings that say how files are read. */
export interface FileSettings {
  readonly format?: DecodeFormat | 'parquet'
  readonly follow?: boolean
  readonly csv?: DecoderOptions['csv']
  readonly maxLine?: string
}

const endings: Readonly<Record<string, DecodeFormat | 'parquet'>> = {
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'ndjson',
  csv: 'csv',
  tsv: 'csv',
  txt: 'lines',
  log: 'lines',
  parquet: 'parquet',
}

const packed = /\.(?:gz|zst)$/

/** Whether a file is compressed, by its name. */
export const isPacked = (name: string): boolean => packed.test(name)

/** The format of a file; undefined where neither the settings nor the ending tell. */
export function knownFormat(name: string, { format }: FileSettings): DecodeFormat | 'parquet' | undefined {
  const [, ending = ''] = /\.([^./\\]+)$/.exec(name.replace(packed, '')) ?? []
  return format ?? endings[ending.toLowerCase()]
}

/**
 * The format of a file.
 *
 * @throws {Defect} InvalidDefinition where neither the settings nor the ending tell
 */
export function formatOf(name: string, settings: FileSettings): DecodeFormat | 'parquet' {
  const found = knownFormat(name, settings)
  if (found !== undefined) return found
  const reason = `its ending does not tell how it is written: add \`format\`, one of ndjson, csv, lines, parquet`
  throw new Defect('InvalidDefinition', { name: `the file ${name}`, reason })
}

/** What the decoder of a file is told. */
export function decoderOptions(name: string, settings: FileSettings, host: SourceHost): DecoderOptions {
  const format = formatOf(name, settings)
  const isTabbed = /\.tsv(?:\.|$)/.test(name)
  return {
    format: format === 'parquet' ? 'ndjson' : format,
    schema: host.schema,
    mode: host.decode,
    needed: host.needed,
    csv: isTabbed ? { delimiter: '\t', ...settings.csv } : settings.csv,
    ...(settings.maxLine !== undefined && { maxLineBytes: readSize(settings.maxLine) }),
  }
}
