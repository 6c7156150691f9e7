import { command } from 'heddle'
import { z } from 'zod'
import { ImportedFiles, importedFileType } from './imported-file.ts'

/** Notes that a file was read to its end, so that the next start does not read it again. */
export const finishFile = command('flights.FinishFile', {
  summary: 'Note that a file was read to its end',
  input: importedFileType.omit({ finishedAt: true }),
  output: z.object({}),
  access: 'flights:import',
  idempotent: true,
  uses: [ImportedFiles],

  async run({ input: { name, ...facts }, ctx }) {
    const files = ctx.use(ImportedFiles)
    const finishedAt = new Date(ctx.clock.now())
    const known = await files.get(name)
    if (known) files.update(known, { ...facts, finishedAt })
    else files.insert({ name, ...facts, finishedAt })
    return {}
  },
})
