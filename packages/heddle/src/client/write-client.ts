import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { usageFailure } from '@heddle/serve'
import { writeNamedFile } from '../cli/write-file.ts'

/** What a client's files begin with: only these are ever removed. */
const mark = '// Made by `heddle client`'

/**
 * Writes the files of a client into a folder, and removes those of an earlier one that are no more.
 *
 * @throws {Failure} InvalidUsage, where they cannot be written
 */
export function writeClient(folder: string, files: Readonly<Record<string, string>>): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (thrown) {
    throw usageFailure(`${folder} cannot be made: ${(thrown as Error).message}`, thrown)
  }
  for (const [file, text] of Object.entries(files)) writeNamedFile(join(folder, file), text)
  for (const file of readdirSync(folder)) {
    if (!/\.tsx?$/.test(file) || Object.hasOwn(files, file)) continue
    if (readFileSync(join(folder, file), 'utf8').startsWith(mark)) rmSync(join(folder, file))
  }
}
