import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import * as nodeFiles from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { diskFailure } from '../disk/disk-failure.ts'
import type { BlobContents } from './blob-contents.ts'

/** The file system, as far as it is written to; a test can stop it at any step. */
export type BlobFiles = Pick<typeof nodeFiles, 'mkdir' | 'open' | 'rename' | 'rm'>

/** How many bytes are written at once (limit `blob.write`). */
const writeBytes = 1024 * 1024

/**
 * Contents as files: `ab/cdef…` below a folder per tenant, named by the SHA-256 of what is in them. A file is written
 * under another name, synced, and then renamed, so that one with its right name is always whole. What a dead process
 * left half-written is removed when the folder is opened, which one process alone does.
 */
export async function createFileContents(
  folder: string,
  newId: () => string,
  files: BlobFiles = nodeFiles,
): Promise<BlobContents> {
  const incoming = join(folder, 'incoming')
  await files.rm(incoming, { recursive: true, force: true })
  const pathOf = (tenant: string, sha256: string) =>
    join(folder, tenantFolder(tenant), sha256.slice(0, 2), sha256.slice(2))

  return {
    async receive(tenant, chunks) {
      await files.mkdir(incoming, { recursive: true })
      const path = join(incoming, newId())
      const hash = createHash('sha256')
      const drop = () => files.rm(path, { force: true })
      let sizeBytes: number
      try {
        sizeBytes = await write(path, chunks, hash)
      } catch (thrown) {
        await drop()
        throw diskFailure(thrown, folder)
      }
      const sha256 = hash.digest('hex')
      let isKept = false
      return {
        sha256,
        sizeBytes,
        content: sha256,
        settling: async () => [],
        drop,
        async keep() {
          const place = pathOf(tenant, sha256)
          await files.mkdir(dirname(place), { recursive: true })
          if (!isKept) await files.rename(path, place)
          isKept = true
          // The name is durable only when the folders that hold it are.
          for (const level of [dirname(place), dirname(dirname(place)), folder]) await syncFolder(level)
        },
      }
    },

    async *open(tenant, content, range) {
      const options = range && { start: range.start, end: range.end - 1 }
      if (range && range.end <= range.start) return
      yield* createReadStream(pathOf(tenant, content), {
        highWaterMark: 256 * 1024,
        ...options,
      }) as AsyncIterable<Uint8Array>
    },

    // The name of a file is its content, so nothing else ever takes its place.
    disown: () => [],

    async remove(tenant, content) {
      await files.rm(pathOf(tenant, content), { force: true })
    },
  }

  async function write(path: string, chunks: AsyncIterable<Uint8Array>, hash: Hash): Promise<number> {
    const handle = await files.open(path, 'wx')
    let size = 0
    let waiting: Uint8Array[] = []
    let waitingBytes = 0
    const flush = async () => {
      if (waitingBytes === 0) return
      await handle.writev(waiting)
      waiting = []
      waitingBytes = 0
    }
    try {
      for await (const chunk of chunks) {
        hash.update(chunk)
        size += chunk.byteLength
        waitingBytes += chunk.byteLength
        waiting.push(chunk)
        if (waitingBytes >= writeBytes) await flush()
      }
      await flush()
      await handle.sync()
    } finally {
      await handle.close()
    }
    return size
  }

  async function syncFolder(path: string): Promise<void> {
    if (process.platform === 'win32') return
    const handle = await files.open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}

/** A tenant's name as the name of a folder, on every file system. */
const tenantFolder = (tenant: string) =>
  /^[a-z0-9][a-z0-9-]{0,63}$/.test(tenant) ? `tenant-${tenant}` : `tenant_${Buffer.from(tenant).toString('hex')}`
