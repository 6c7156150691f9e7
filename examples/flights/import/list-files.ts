import { command } from 'heddle'
import { z } from 'zod'
import { ImportedFiles, importedFileType } from './imported-file.ts'

/** The files that were read to their end. */
export const listFiles = command('flights.ListFiles', {
  kind: 'query',
  summary: 'The files that were read to their end',
  input: z.object({}),
  output: z.object({ files: z.array(importedFileType) }),
  access: 'public',
  uses: [ImportedFiles],

  async run({ ctx }) {
    const { records } = await ctx.use(ImportedFiles).find({ limit: 1000 })
    return { files: [...records] }
  },
})
