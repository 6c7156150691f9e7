import { entity, repository } from 'heddle'
import { z } from 'zod'

/** What is known of a file that was read to its end. */
export const importedFileType = z.object({
  name: z.string().min(1).max(255),
  /** SHA-256 of the bytes: a file that was edited is read again. */
  hash: z.string().length(64),
  rows: z.int().min(0),
  /** How many of the rows were refused and lie with the dead letters. */
  refused: z.int().min(0),
  finishedAt: z.date(),
})

/** A file that was read to its end. */
export const ImportedFile = entity('flights.ImportedFile', {
  summary: 'A file that was read to its end',
  key: 'name',
  fields: importedFileType.shape,
})

export const ImportedFiles = repository(ImportedFile)
