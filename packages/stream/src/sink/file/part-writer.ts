import { diskFailure } from '@heddle/data'
import { type FileHandle, open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

/** How a file is compressed. */
export type FileCompression = 'none' | 'gzip'

/** So much text is gathered before it is written, in characters (limit `fileSink.buffer`). */
const bufferLimit = 256 * 1024

const compress: Readonly<Record<FileCompression, (bytes: Buffer) => Promise<Buffer>>> = {
  none: async (bytes) => bytes,
  gzip: promisify(gzip) as (bytes: Buffer) => Promise<Buffer>,
}

/**
 * Writes a file that lies aside. Each piece is compressed by itself: a file of several gzip members is read as one, and it
 * can be cut between any two of them. (Several frames of zstd are one file too, but Node reads only the first of them.)
 */
export class PartWriter {
  readonly path: string
  /** Bytes in the file. */
  bytes: number
  #text = ''
  #file: FileHandle | undefined
  readonly #compress: (bytes: Buffer) => Promise<Buffer>

  /** @param bytes how much of the file is kept, where it goes on */
  constructor(path: string, compression: FileCompression, bytes = 0) {
    this.path = path
    this.bytes = bytes
    this.#compress = compress[compression]
  }

  /** Adds text, and waits while it is written. */
  add(text: string): Promise<void> | undefined {
    this.#text += text
    return this.#text.length >= bufferLimit ? this.flush() : undefined
  }

  /** Writes what was gathered. */
  async flush(): Promise<void> {
    if (this.#text === '') return
    const bytes = await this.#compress(Buffer.from(this.#text))
    this.#text = ''
    await this.#work(async (file) => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, this.bytes)
        done += bytesWritten
        this.bytes += bytesWritten
      }
    })
  }

  /** Makes durable what was added. */
  async sync(): Promise<void> {
    await this.flush()
    if (this.#file) await this.#work((file) => file.sync())
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }

  async #work(run: (file: FileHandle) => Promise<void>): Promise<void> {
    try {
      // Never cut by opening: what is kept of it stays.
      this.#file ??= await open(this.path, 'r+').catch((thrown: NodeJS.ErrnoException) => {
        if (thrown.code === 'ENOENT') return open(this.path, 'wx+')
        throw thrown
      })
      await run(this.#file)
    } catch (thrown) {
      throw diskFailure(thrown, this.path)
    }
  }
}
