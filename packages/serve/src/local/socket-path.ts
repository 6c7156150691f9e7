import { createHash } from 'node:crypto'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'

/** What a socket's address may take on every Unix, with the zero at its end. */
const mostPathBytes = 103

/**
 * Where the owner of a data folder listens: `owner.sock` in the folder. Systems keep such paths short; for a folder
 * whose path is too long, a socket in the user's temporary folder stands for it. On Windows it is a named pipe.
 */
export function localSocketPath(folder: string, platform = process.platform): string {
  const path = join(resolve(folder), 'owner.sock')
  const short = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 24)
  if (platform === 'win32') return `\\\\.\\pipe\\heddle-${short}`
  return Buffer.byteLength(path) <= mostPathBytes ? path : join(tmpdir(), `heddle-${userInfo().uid}-${short}.sock`)
}
