import type * as nodeFiles from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { systemFailure } from '@heddle/core'
import { diskFailure } from '@heddle/data'

/** The file system; a test can stop it at any step. */
export type LogFiles = Pick<typeof nodeFiles, 'mkdir' | 'open' | 'readdir' | 'readFile' | 'rename' | 'rm' | 'stat'>

/** What a driver says of a file is not durable before its folder is. */
export async function syncFolder(files: LogFiles, path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await files.open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes a small file: the old one or the new one is there, never half of one, also when the power goes. */
export async function writeWhole(files: LogFiles, path: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value)
  const fresh = `${path}.new`
  const handle = await files.open(fresh, 'w')
  try {
    await handle.writeFile(`${crc32(text)} ${text}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await files.rename(fresh, path)
  await syncFolder(files, dirname(path))
}

/** Reads what `writeWhole` wrote; undefined where it is not there or not as it was written. */
export async function readWhole(files: LogFiles, path: string): Promise<unknown> {
  const content = await files.readFile(path, 'utf8').catch((thrown: unknown) => {
    if (codeOf(thrown) === 'ENOENT') return undefined
    throw thrown
  })
  if (content === undefined) return undefined
  const space = content.indexOf(' ')
  const text = content.slice(space + 1, -1)
  return String(crc32(text)) === content.slice(0, space) && content.endsWith('\n') ? JSON.parse(text) : undefined
}

/** Writes all of it: a write may take less than it is given. */
export async function writeAll(handle: FileHandle, buffers: Buffer[], position: number): Promise<void> {
  let rest = buffers
  let at = position
  while (rest.length > 0) {
    const { bytesWritten } = await handle.writev(rest, at)
    at += bytesWritten
    let left = bytesWritten
    let whole = 0
    while (whole < rest.length && left >= rest[whole]!.length) left -= rest[whole++]!.length
    rest = rest.slice(whole)
    if (left > 0) rest[0] = rest[0]!.subarray(left)
  }
}

/** Reads up to so many bytes; fewer at the end of the file. */
export async function readAll(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length)
  let read = 0
  while (read < length) {
    const { bytesRead } = await handle.read(bytes, read, length - read, position + read)
    if (bytesRead === 0) break
    read += bytesRead
  }
  return bytes.subarray(0, read)
}

/** The code of an error of the file system. */
export const codeOf = (thrown: unknown): string | undefined => (thrown as NodeJS.ErrnoException | undefined)?.code

/** What the disk refuses, as a failure that says where and what to do; anything else as it is. */
export function logFailure(thrown: unknown, path: string): unknown {
  const code = codeOf(thrown)
  if (code !== 'EROFS' && code !== 'EACCES' && code !== 'EPERM') return diskFailure(thrown, path)
  return systemFailure('InvalidConfig', { reason: `the log in ${path} cannot be written (${code})` }, { cause: thrown })
}

/** The failure for a file that is not as it was written. */
export const damaged = (path: string, byte: number, reason: string) =>
  systemFailure('LogDamaged', { path, byte, reason })
