import type { Writable } from 'node:stream'
import { once } from 'node:events'
import { z } from 'zod'
import { ndjsonText } from './file/encode.ts'
import { defineSink, type Sink } from './sink.ts'

/**
 * A sink that writes a line of JSON for each record, and waits while who reads them has no room. What is withdrawn is
 * written as `{"withdrawn":…}`.
 *
 * @param stream @default the standard output of the process
 */
export const stdoutSink = (stream: Writable = process.stdout): Sink => ({
  kind: 'stdout',
  needsApp: true,
  delivery: 'plain',
  accepts: 'changes',
  describe: () => ({}),
  open: ({ signal }) => ({
    async write(records) {
      const line = (value: unknown) => ndjsonText.line(value)
      const text = records.map(({ value, weight }) => line(weight === 1 ? value : { withdrawn: value })).join('')
      if (text !== '' && !stream.write(text)) await once(stream, 'drain', { signal })
    },
    close() {},
  }),
})

const config = z.strictObject({})

/** The kind of sink `stdout`. */
export const stdoutSinkKind = defineSink<z.output<typeof config>>({
  name: 'stdout',
  summary: 'A line of JSON for each record on the standard output',
  config,
  examples: [{}],
  create: () => stdoutSink(),
})
