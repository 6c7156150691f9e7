import { systemFailure } from '@heddle/core'

/**
 * What an error of the file system is told as where the disk or the user's share of it is full, or a file may not become
 * larger; anything else stays what it is.
 */
export function diskFailure(thrown: unknown, path: string): unknown {
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT') return systemFailure('DiskFull', { path }, { cause: thrown })
  return code === 'EFBIG' ? systemFailure('FileCannotGrow', { path }, { cause: thrown }) : thrown
}
