import { type FileHandle, open } from 'node:fs/promises'
import type { PendingBytes } from '../../decode/pending-bytes.ts'

/** Bytes of one file or stream, from a place on. */
export interface ByteReader {
  /** Adds the next bytes. Gives how many there were: none at the end, or where there are no more now. */
  fill(pending: PendingBytes): Promise<number>
  close(): Promise<void>
}

/** So much is read at a time, in bytes. */
const readBytes = 128 * 1024

/** Reads an open file as it is. What is added to it comes with a later read. */
export function plainBytes(file: FileHandle, from: number): ByteReader {
  let at = from
  return {
    async fill(pending) {
      const { bytesRead } = await file.read(pending.room(readBytes), 0, readBytes, at)
      pending.filled(bytesRead)
      at += bytesRead
      return bytesRead
    },
    close: () => file.close(),
  }
}

/** Takes bytes that come in pieces, undefined at their end. */
export const inPieces = (read: () => Promise<Uint8Array | undefined>, close: () => Promise<void>): ByteReader => ({
  async fill(pending) {
    const piece = await read()
    if (piece) pending.add(piece)
    return piece?.length ?? 0
  },
  close,
})

/** Opens a file, undefined where there is none. */
export async function openThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw thrown
  }
}
