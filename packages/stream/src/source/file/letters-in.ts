import { createDecoder } from '../../decode/create-decoder.ts'
import { streamStart } from '../../decode/decoder.ts'
import type { OpenSource, Reread, SourceHost } from '../source.ts'
import { decoderOptions, type FileSettings, knownFormat } from './file-settings.ts'

/**
 * How the lines of files are read anew when their dead letters are replayed. JSON needs no help; a row of CSV has to know
 * its columns: those of the settings, else those that the header of its file told.
 */
export const lettersIn = (settings: FileSettings, host: SourceHost): Required<Pick<OpenSource, 'readLetter'>> => ({
  readLetter(input, { origin, columns: told }): Reread | undefined {
    const name = origin.replace(/:\d+$/, '')
    const format = knownFormat(name, settings)
    if (format !== 'csv' && format !== 'lines') return undefined
    const options = decoderOptions(name, settings, host)
    const columns = options.csv?.columns ?? told
    if (format === 'csv' && options.csv?.header !== false && columns === undefined) return headless
    const csv = { ...options.csv, header: false, ...(columns && { columns }) }
    const decoder = createDecoder({ ...options, csv })
    decoder.seek(streamStart)
    const { values, bad } = decoder.decode(Buffer.from(`${String(input)}\n`), 0, 1, true)
    if (bad.length === 0) return { ok: true, value: values[0] }
    const errors = bad[0]!.errors.map(({ code, message, path }) => ({ code, message, path: path as string[] }))
    return { ok: false, errors }
  },
})

const headless: Reread = {
  ok: false,
  errors: [
    {
      code: 'NoHeader',
      message:
        'A row of CSV is read with the header of its file, which was not kept: name the columns in the source (csv: { columns: [...] })',
    },
  ],
}
