import { systemFailure } from '@heddle/core'
import type { AnyFailure } from '@heddle/core'
import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those above it that are missing. One at a time: where a folder cannot be made although the one
 * above it is there, as in `/proc`, Node's recursive way never ends.
 *
 * @throws {Failure} DiskFull, DatabaseReadOnly, or InvalidConfig that says which folder cannot be made
 */
export async function makeFolder(folder: string): Promise<void> {
  const path = resolve(folder)
  try {
    if (await made(path)) return
    await makeFolder(dirname(path))
    // Now the folder above is there, so nothing is missing any more but the right to make it.
    if (!(await made(path))) throw notMade(path, 'ENOENT')
  } catch (thrown) {
    throw thrown instanceof Error && 'syscall' in thrown ? notMade(path, String(codeOf(thrown)), thrown) : thrown
  }
}

/** Whether the folder is there now; not, when the one above it is missing. */
async function made(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    return true
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' && dirname(path) !== path) return false
    // Another process may have made it; a file of that name is in the way.
    const found = await stat(path).catch(() => undefined)
    if (found?.isDirectory()) return true
    throw thrown
  }
}

const codeOf = (thrown: unknown) => (thrown as NodeJS.ErrnoException).code

function notMade(path: string, code: string, cause?: unknown): AnyFailure {
  if (code === 'ENOSPC') return systemFailure('DiskFull', { path }, { cause })
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
    return systemFailure('DatabaseReadOnly', { path }, { cause })
  return systemFailure('InvalidConfig', { reason: `the folder ${path} cannot be made (${code})` }, { cause })
}
