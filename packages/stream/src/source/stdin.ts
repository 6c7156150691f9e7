import type { Readable } from 'node:stream'
import { z } from 'zod'
import { streamStart } from '../decode/decoder.ts'
import { type ByteReader, inPieces } from './file/byte-reader.ts'
import { decoderOptions, fileFields, type FileSettings } from './file/file-settings.ts'
import { lettersIn } from './file/letters-in.ts'
import { LineReader } from './file/line-reader.ts'
import { defineSource, type Source } from './source.ts'
import { Waiting } from './waiting.ts'

const config = z.strictObject({
  format: z.enum(['ndjson', 'csv', 'lines']).optional().describe("@default 'ndjson'"),
  csv: fileFields.csv,
  maxLine: fileFields.maxLine,
})

/** What a standard input source is told. */
export type StdinConfig = z.output<typeof config>

/**
 * A source that reads what another program writes. Nobody can give it again, so that after a crash a job has lost what it
 * had read since its last checkpoint.
 *
 * @param input @default the standard input of the process
 */
export const stdinSource = (given: StdinConfig = {}, input: Readable = process.stdin): Source => ({
  kind: 'stdin',
  needsApp: true,
  bounded: true,
  guarantees: { replays: false, ordered: true },
  ...(given.format === 'lines' && { type: { kind: 'string' as const } }),
  describe: () => ({ format: given.format ?? 'ndjson' }),
  open: (host) => ({
    partitions: () => ['0'],
    ...lettersIn({ format: 'ndjson', ...given }, host),
    openPartition() {
      const settings: FileSettings = { format: 'ndjson', ...given }
      const waiting = new Waiting(host.signal)
      const options = decoderOptions('standard input', settings, host)
      const lines = new LineReader(streamBytes(input, waiting), options, 'stdin', streamStart)
      return {
        async read(max) {
          const records = await lines.read(max, true)
          return records && { ...records, position: { byte: lines.position.byte } }
        },
        async close() {
          waiting.end()
          await lines.close()
        },
      }
    },
    close() {},
  }),
})

/** Bytes of a stream, as they come. */
function streamBytes(input: Readable, waiting: Waiting): ByteReader {
  let failure: Error | undefined
  const wake = () => waiting.wake()
  const fail = (error: Error) => {
    failure = error
    waiting.wake()
  }
  const events = ['readable', 'end', 'close'] as const
  for (const event of events) input.on(event, wake)
  input.on('error', fail)
  const read = async (): Promise<Uint8Array | undefined> => {
    for (;;) {
      if (failure) throw failure
      const bytes = input.read() as Buffer | null
      if (bytes !== null) return bytes
      if (input.readableEnded || input.destroyed || waiting.isOver) return undefined
      await waiting.wait()
    }
  }
  return inPieces(read, async () => {
    for (const event of events) input.off(event, wake)
    input.off('error', fail)
  })
}

/** The kind of source `stdin`. */
export const stdinKind = defineSource<StdinConfig>({
  name: 'stdin',
  summary: 'What another program writes to the standard input; it cannot be read again',
  config,
  short: 'format',
  examples: [{}, { format: 'csv' }],
  create: (given) => stdinSource(given),
})
