import { resolve } from 'node:path'
import { z } from 'zod'
import { fileFields, formatOf } from './file/file-settings.ts'
import { lettersIn } from './file/letters-in.ts'
import { checkFollowed, openReader } from './file/open-reader.ts'
import { isFirstFile } from './file/rotated.ts'
import { defineSource } from './source.ts'

const config = z.strictObject({ path: z.string().min(1), ...fileFields })

/** What a file source is told. */
export type FileSourceConfig = z.output<typeof config>

/**
 * The kind of source `file`: a file of lines or of CSV, from its beginning; with `follow` also what is added to it, for as
 * long as the job runs. A position is the number of bytes that were read.
 */
export const fileSourceKind = defineSource<FileSourceConfig>({
  name: 'file',
  summary: 'The records of a file, and with `follow` those that are added to it',
  config,
  short: 'path',
  examples: [{ path: 'flights.ndjson' }, { path: 'app.log', follow: true }, { path: 'data.txt', format: 'csv' }],
  create(given) {
    const { path, follow = false } = given
    const format = formatOf(path, given)
    checkFollowed(path, given)
    return {
      kind: 'file',
      bounded: !follow,
      guarantees: { replays: true, ordered: true, rereads: true },
      ...(format === 'lines' && { type: { kind: 'string' as const } }),
      how: ['follow'],
      paths: ['path'],
      describe: () => ({ path, format, ...(follow && { follow }) }),
      open: (host) => ({
        partitions: () => ['0'],
        openPartition: (_partition, position) =>
          openReader({ path: resolve(host.root, path), settings: given, follow, host }, position),
        ...lettersIn(given, host),
        rereads: (_partition, position) => !follow || isFirstFile(resolve(host.root, path), position),
        close() {},
      }),
    }
  },
})
