import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'

/** How much of a file's beginning tells it from others, in bytes. */
const headBytes = 1024

/** How a file that only grows is known again, also as a copy on another machine: by so many bytes of its beginning. */
export type HeadMark = readonly [bytes: number, crc: number]

/** Gathers the beginning of a file while it is read, for the marks of positions in it. */
export class Head {
  readonly #bytes = Buffer.alloc(headBytes)
  #length = 0
  #mark: HeadMark = [0, 0]

  /** @param at where in the file the bytes stand */
  add(bytes: Uint8Array, at: number): void {
    if (at !== this.#length || this.#length === headBytes) return
    const taken = bytes.subarray(0, headBytes - at)
    this.#bytes.set(taken, at)
    this.#length += taken.length
  }

  /** The mark of a position: of what was read, at most. */
  markAt(byte: number): HeadMark {
    const length = Math.min(byte, this.#length)
    if (this.#mark[0] !== length) this.#mark = [length, crc32(this.#bytes.subarray(0, length))]
    return this.#mark
  }
}

/** Reads the beginning of a file. */
export async function readHead(file: FileHandle, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes)
  let length = 0
  while (length < bytes) {
    const { bytesRead } = await file.read(buffer, length, bytes - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return buffer.subarray(0, length)
}

/** Whether a file begins as the one did that was marked. */
export async function hasHead(file: FileHandle, [bytes, crc]: HeadMark): Promise<boolean> {
  const head = await readHead(file, bytes)
  return head.length === bytes && crc32(head) === crc
}

/** The mark of a file that does not grow. */
export async function markOf(file: FileHandle): Promise<HeadMark> {
  const head = await readHead(file, headBytes)
  return [head.length, crc32(head)]
}
