import { systemFailure } from '@heddle/core'
import { readdir } from 'node:fs/promises'
import { join, matchesGlob } from 'node:path'

/** How many files of a folder are read at the same time (limit `folderSource.files`). */
export const folderFileLimit = 1000

/** The files of a folder that fit a pattern, in the order of their names. @throws {Failure} Unavailable */
export async function folderFiles(folder: string, match: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw cause
  })
  if (entries === undefined) throw systemFailure('Unavailable', { what: `The folder ${folder}` })
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  return names.filter((name) => isListed(name, match)).toSorted()
}

/** Whether a file of this name is one of those that are read. */
export const isListed = (name: string, match: string): boolean => !name.startsWith('.') && matchesGlob(name, match)

/** Where a file of a folder lies. */
export const fileIn = (folder: string, name: string): string => join(folder, name)
