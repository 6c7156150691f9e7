import { closeSync, ftruncateSync, openSync, rmSync, statSync } from 'node:fs'

/** SQLite reports SQLITE_IOERR_WRITE for a file that may not become larger, and for any other write that failed. */
export const failedWriteCode = 778
/** As much as SQLite writes at once at most: a page. */
const stepBytes = 65_536

/**
 * Whether a database, or the log beside it, is as large as this process or its file system lets a file be. That is tried
 * with an empty file beside it, which takes no space.
 */
export function cannotGrow(path: string): boolean {
  const sizes = [path, `${path}-wal`].map((file) => statSync(file, { throwIfNoEntry: false })?.size)
  const known = sizes.filter((size) => size !== undefined)
  if (known.length === 0) return false
  const probe = `${path}-probe`
  try {
    const file = openSync(probe, 'w')
    try {
      ftruncateSync(file, Math.max(...known) + stepBytes)
      return false
    } finally {
      closeSync(file)
      rmSync(probe, { force: true })
    }
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EFBIG'
  }
}
