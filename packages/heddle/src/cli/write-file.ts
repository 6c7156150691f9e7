import { writeFileSync } from 'node:fs'
import { usageFailure } from '@heddle/serve'

/**
 * Writes what the tool was asked to write into a file.
 *
 * @param path as it was typed or resolved
 * @throws {Failure} InvalidUsage, where no file can be written at that place
 */
export function writeNamedFile(path: string, content: string): void {
  try {
    writeFileSync(path, content)
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    const reason = reasons[code ?? ''] ?? (thrown as Error).message
    throw usageFailure(`${path} cannot be written: ${reason}`, thrown)
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder is not there',
  ENOTDIR: 'a file stands where its folder would be',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not write there',
}
