import { type FileHandle, open } from 'node:fs/promises'
import { systemFailure } from '@heddle/core'
import { chunkBytes, type Packing, unpack } from './unpack.ts'

/** The bytes of a file, as they are asked for. */
export interface FileBytes {
  /** The next bytes; undefined at the end. */
  read(): Promise<Uint8Array | undefined>
  close(): Promise<void>
}

/**
 * Opens a file, and unpacks it where it is gzip or zstd: its first bytes tell, whatever its name says. No more is read
 * ahead than a chunk.
 *
 * @param from where to begin, in bytes of what comes out; a packed file is unpacked from its beginning, and what stands before is dropped
 * @throws {Failure} Unavailable where there is no such file; `read` throws MalformedInput where a packed one is damaged
 * @example
 * const bytes = await openBytes('flights.ndjson.gz')
 * for (let chunk = await bytes.read(); chunk !== undefined; chunk = await bytes.read()) pending.add(chunk)
 */
export async function openBytes(path: string, from = 0): Promise<FileBytes> {
  const file = await openFile(path)
  try {
    const packing = await packingOf(file)
    return packing === undefined ? plain(file, from) : unpacked(file, packing, path, from)
  } catch (thrown) {
    await file.close()
    throw thrown
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EACCES')
      throw systemFailure('Unavailable', { what: `The file ${path}` }, { cause: thrown })
    throw thrown
  }
}

async function packingOf(file: FileHandle): Promise<Packing | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
  if (bytesRead >= 2 && buffer.readUInt16BE() === 0x1f8b) return 'gzip'
  return bytesRead === 4 && buffer.readUInt32LE() === 0xfd2fb528 ? 'zstd' : undefined
}

function plain(file: FileHandle, from: number): FileBytes {
  let at = from
  return {
    async read() {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(chunkBytes), 0, chunkBytes, at)
      at += bytesRead
      return bytesRead === 0 ? undefined : buffer.subarray(0, bytesRead)
    },
    close: () => file.close(),
  }
}

function unpacked(file: FileHandle, packing: Packing, path: string, from: number): FileBytes {
  const chunks = unpack(file.createReadStream({ start: 0, highWaterMark: chunkBytes, autoClose: false }), packing)
  let toDrop = from
  return {
    async read() {
      for (;;) {
        const next = await chunks.next().catch((cause: unknown) => {
          const reason = `the file ${path} is damaged: ${cause instanceof Error ? cause.message : String(cause)}`
          throw systemFailure('MalformedInput', { format: packing, reason }, { cause })
        })
        if (next.done === true) return undefined
        if (toDrop >= next.value.length) toDrop -= next.value.length
        else {
          const kept = next.value.subarray(toDrop)
          toDrop = 0
          return kept
        }
      }
    },
    async close() {
      await chunks.return(undefined)
      await file.close()
    },
  }
}
