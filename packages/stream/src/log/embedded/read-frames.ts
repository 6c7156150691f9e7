import type { FileHandle } from 'node:fs/promises'
import { isSound, readHead, type ReadHead } from '../frame-codec.ts'
import { readAll } from './files.ts'

/** A frame in a file. */
export interface FrameAt {
  readonly head: ReadHead
  /** All bytes of the frame. */
  readonly bytes: Buffer
  /** Where it lies in the file. */
  readonly at: number
}

/** Frames that lie one after the other. */
export interface FramesRead {
  readonly frames: readonly FrameAt[]
  /** Where the next one begins. */
  readonly at: number
  /** Why there is no whole frame there, although the file goes on. */
  readonly bad?: string
}

/** Which part of a file is read. */
export interface FramesAsked {
  readonly from: number
  /** The file ends here, as far as it is durable. */
  readonly to: number
  /** So many bytes are read at once; one frame at least. */
  readonly bytes: number
  /** Frames that end at or before this offset are passed over, and their checksums not looked at. @default none */
  readonly fromOffset?: number
}

/** Reads the next frames of a file, at least one where one is there. */
export async function readFrames(handle: FileHandle, asked: FramesAsked): Promise<FramesRead> {
  const { from, to, fromOffset = 0 } = asked
  let bytes = await readAll(handle, from, Math.min(asked.bytes, to - from))
  const frames: FrameAt[] = []
  let place = 0
  while (place < bytes.length) {
    const head = readHead(bytes, place)
    const at = from + place
    const isCut = 'reason' in head ? head.cut : place + head.length > bytes.length
    if (isCut) {
      // What was read ends within the frame; only the first one is worth another, longer read.
      const length = 'reason' in head ? 1024 : head.length
      if (at + length > to && from + bytes.length >= to) return { frames, at, bad: 'it ends within a frame' }
      if (frames.length > 0 || place > 0) return { frames, at }
      const longer = Math.min(Math.max(length, bytes.length * 2), to - from)
      if (longer <= bytes.length) return { frames, at, bad: 'it ends within a frame' }
      bytes = await readAll(handle, from, longer)
      continue
    }
    if ('reason' in head) return { frames, at, bad: head.reason }
    if (head.base + head.span > fromOffset) {
      if (!isSound(bytes, place, head)) return { frames, at, bad: 'the checksum of the frame does not fit' }
      frames.push({ head, bytes: bytes.subarray(place, place + head.length), at })
    }
    place += head.length
  }
  return { frames, at: from + place }
}
