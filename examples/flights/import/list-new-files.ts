import { command } from 'heddle'
import { z } from 'zod'
import { Files } from './files.ts'
import { ImportedFiles, importedFileType } from './imported-file.ts'
import { hashOf } from './source.ts'

/** The files whose bytes were not read to their end before. */
export const listNewFiles = command('flights.ListNewFiles', {
  kind: 'query',
  summary: 'The files that are new or were edited',
  input: z.object({}),
  output: z.object({
    files: z.array(importedFileType.pick({ name: true, hash: true, rows: true })),
    fingerprint: z.string().describe('SHA-256 over all files, those that were read before among them'),
  }),
  access: 'flights:import',
  uses: [Files, ImportedFiles],

  async run({ ctx }) {
    const { files, read, forget } = ctx.use(Files)
    const all: string[] = []
    const found: { name: string; hash: string; rows: number }[] = []
    for (const { name } of files) {
      const { hash, rows } = await read(name)
      all.push(name, hash)
      const known = await ctx.use(ImportedFiles).get(name)
      if (known?.hash === hash) forget(name)
      else found.push({ name, hash, rows: rows.length })
    }
    return { files: found, fingerprint: hashOf(Buffer.from(all.join('\n'))) }
  },
})
