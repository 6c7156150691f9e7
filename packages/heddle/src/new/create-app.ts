import { readdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { makeFolder } from '@heddle/data'
import { usageFailure } from '@heddle/serve'
import { newAppFiles } from './files.ts'

/**
 * Writes a minimal app that works. Nothing that exists is touched.
 *
 * @returns the paths of the files, relative to the folder
 * @throws {Failure} InvalidUsage, when the folder holds something or has a name that no package can have
 */
export async function createApp(folder: string): Promise<string[]> {
  const root = resolve(folder)
  const name = basename(root).toLowerCase()
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw usageFailure(`"${basename(root)}" is no name for an app: take letters, digits and dashes, a letter first`)
  }
  await makeFolder(root)
  if (readdirSync(root).some((entry) => entry !== '.git')) throw usageFailure(`the folder ${folder} is not empty`)
  const files = Object.entries(newAppFiles(name))
  for (const [path, text] of files) {
    await makeFolder(dirname(join(root, path)))
    writeFileSync(join(root, path), text)
  }
  return files.map(([path]) => path)
}
