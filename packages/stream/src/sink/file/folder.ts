import { type Dirent } from 'node:fs'
import { mkdir, open, readdir, stat, truncate, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Makes durable which names a folder has. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders, and keeps names without it.
  const handle = await open(folder, 'r').catch(() => undefined)
  try {
    await handle?.sync()
  } finally {
    await handle?.close()
  }
}

/** The names of the files in a folder, which is made where it is missing. */
export async function filesIn(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

/** The length of a file in bytes; undefined where there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw thrown
  }
}

/** Removes files aside that nobody needs. */
export async function removeFiles(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) await unlink(join(folder, name))
}

/** Cuts what was written behind the end that is known to be whole. */
export const cutFile = (path: string, bytes: number): Promise<void> => truncate(path, bytes)
