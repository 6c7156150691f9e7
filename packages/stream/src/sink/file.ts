import { Defect } from '@heddle/core'
import { resolve } from 'node:path'
import { z } from 'zod'
import { durationText, readDuration, readSize, sizeText } from '../source/settings.ts'
import { appendingFile } from './file/appending.ts'
import { csvText, ndjsonText } from './file/encode.ts'
import { leaveFiles, takingOver } from './file/leave.ts'
import type { FileCompression } from './file/part-writer.ts'
import { rollNames } from './file/roll-names.ts'
import { rollingFiles } from './file/rolling.ts'
import { defineSink } from './sink.ts'

const config = z.strictObject({
  path: z.string().min(1).describe('The file; with `roll`, its files get a number before the ending'),
  format: z.enum(['ndjson', 'csv']).optional().describe('@default by the ending of the path'),
  columns: z.array(z.string()).min(1).optional().describe('CSV: the fields. @default those of the type'),
  delimiter: z.string().length(1).optional().describe("CSV: what stands between fields. @default ','"),
  compression: z.enum(['none', 'gzip']).optional().describe('@default by the ending of the path'),
  roll: z
    .strictObject({ size: sizeText.optional(), records: z.int().positive().optional(), every: durationText.optional() })
    .refine((roll) => Object.keys(roll).length > 0, 'Say when: size, records, every')
    .optional()
    .describe('When a file is full and the next one begins; whichever comes first'),
})

/** What a file sink is told. */
export type FileSinkConfig = z.output<typeof config>

/**
 * The kind of sink `file`: NDJSON or CSV, exactly once. Without `roll` one file grows with each checkpoint; with it a file
 * gets its name once it is full.
 */
export const fileSinkKind = defineSink<FileSinkConfig>({
  name: 'file',
  summary: 'Lines of JSON or CSV, in one file or in files that are rolled',
  config,
  short: 'path',
  examples: [
    { path: 'out/delays.ndjson' },
    { path: 'out/delays.csv', columns: ['origin', 'mean'] },
    { path: 'out/delays.ndjson.gz', roll: { size: '64MiB', every: '1h' } },
  ],
  create(given, type) {
    const outer = /\.gz$/.exec(given.path)?.[0] ?? ''
    const compression: FileCompression = given.compression ?? (outer === '' ? 'none' : 'gzip')
    const bare = given.path.slice(0, given.path.length - outer.length)
    const inner = /\.[^./\\]+$/.exec(bare)?.[0] ?? ''
    const format = given.format ?? (inner === '.csv' || inner === '.tsv' ? 'csv' : 'ndjson')
    const columns = given.columns ?? (type.kind === 'record' ? Object.keys(type.fields) : [])
    if (format === 'csv' && columns.length === 0) {
      const reason = 'CSV needs to know its columns, which the type of the records does not tell: add `columns`'
      throw new Defect('InvalidDefinition', { name: `the file sink ${given.path}`, reason })
    }
    const text = format === 'csv' ? csvText(columns, given.delimiter ?? (inner === '.tsv' ? '\t' : ',')) : ndjsonText
    return {
      kind: 'file',
      place: given.path,
      paths: ['place'],
      delivery: 'staged',
      accepts: 'append',
      describe: () => ({ path: given.path, format, compression, ...(given.roll && { roll: { ...given.roll } }) }),
      open({ root, ports }) {
        const path = resolve(root, given.path)
        if (!given.roll) return takingOver(appendingFile(path, text, compression), path, undefined, ports.log)
        const { size, records, every } = given.roll
        const names = rollNames(path, compression !== 'none')
        const limits = { bytes: readSize(size), records, ms: readDuration(every) }
        return takingOver(rollingFiles(names, text, compression, limits, ports.clock), path, names, ports.log)
      },
    }
  },
  leave: (what, staged, { root, ports }) => leaveFiles(resolve(root, String(what)), staged, ports.log),
})
