import { type Json, type Ports, systemFailure } from '@heddle/core'
import { type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type DecoderPosition, streamStart } from '../../decode/decoder.ts'
import type { DecoderOptions } from '../../decode/options.ts'
import type { PartitionReader, SourceBatch } from '../source.ts'
import { Waiting } from '../waiting.ts'
import { openThere, plainBytes } from './byte-reader.ts'
import { Head, readHead } from './head.ts'
import { LineReader } from './line-reader.ts'
import { findMarked, type FollowedMark, nextRotated } from './rotated.ts'
import { watchFolder } from './watch-folder.ts'

/** How a file of lines is read. */
export interface TextFileOptions {
  readonly path: string
  /** How places in it are told. */
  readonly name: string
  readonly decoder: DecoderOptions
  /** Waits for more at its end, and goes on with the file that takes its place. */
  readonly follow: boolean
  /** Of a followed file that has come to its end: whether nothing will be added, e.g. because the next one is there. */
  readonly isOver?: () => Promise<boolean>
  readonly ports: Ports
  readonly signal: AbortSignal
}

/** Where a file was read to, and how the file is known again. */
type FilePosition = DecoderPosition & FollowedMark

interface Opened {
  readonly file: FileHandle
  readonly inode: number
  readonly lines: LineReader
  readonly head: Head
}

/**
 * Reads a file of lines from a position. A followed one is read on as it grows; when it is renamed and another one takes
 * its place, the old one is read to its end, and then the new one from its beginning. A file that became shorter or
 * begins differently is not the same any more: that is an error, because nobody knows what is missing.
 */
export function textFile(options: TextFileOptions, position: Json | undefined): PartitionReader {
  const { path, name, decoder, follow, isOver, ports, signal } = options
  const waiting = new Waiting(signal)
  const stopWatching = follow ? watchFolder(dirname(path), ports, waiting.wake) : () => {}
  let now: Opened | undefined
  let hasBegun = false
  /** The file at work has another name by now: nothing is added to it. */
  let isOld = false
  let isDone = !follow
  let isLater = (position as FilePosition | undefined)?.isLater === true

  const openAt = async (file: FileHandle, at: DecoderPosition): Promise<Opened> => {
    const head = new Head()
    head.add(await readHead(file, Math.min(at.byte, 1024)), 0)
    const lines = new LineReader(plainBytes(file, at.byte), decoder, name, at, (bytes, from) => head.add(bytes, from))
    return { file, inode: (await file.stat()).ino, lines, head }
  }

  const begin = async (): Promise<Opened | undefined> => {
    const told = position as FilePosition | undefined
    const file = await openThere(path)
    if (told === undefined || hasBegun) {
      if (!file && !follow) throw systemFailure('Unavailable', { what: `The file ${path}` })
      hasBegun ||= file !== undefined
      return file && openAt(file, streamStart)
    }
    const found = await findMarked(path, told)
    hasBegun = true
    if (found === undefined) {
      const size = (await file?.stat())?.size
      await file?.close()
      const reason =
        size === undefined
          ? 'it is gone'
          : size < told.byte
            ? `it holds ${size} bytes, and ${told.byte} of it were read`
            : 'it begins with other bytes than the file that was read'
      throw systemFailure('FileReplaced', { path, reason })
    }
    await file?.close()
    isOld = found.isOld
    return openAt(found.file, told)
  }

  /** Whether another file took the place of the one at work. @throws {Failure} FileReplaced where it was cut */
  const look = async ({ file, inode, lines }: Opened): Promise<boolean> => {
    const { size } = await file.stat()
    if (size < lines.end) {
      const reason = `it holds ${size} bytes, and ${lines.end} of it were read`
      throw systemFailure('FileReplaced', { path, reason })
    }
    const there = await openThere(path)
    const isOther = there !== undefined && (await there.stat()).ino !== inode
    await there?.close()
    return isOther
  }

  const following = async (old: Opened): Promise<void> => {
    const next = await nextRotated(path, old.file)
    now = next && (await openAt(next.file, streamStart))
    isOld = next?.isOld ?? false
    isLater = true
    await old.lines.close()
  }

  const batchOf = ({ lines, head, inode }: Opened, read: Omit<SourceBatch, 'position'>): SourceBatch => {
    const at = lines.position
    return {
      ...read,
      position: { ...at, head: head.markAt(at.byte), inode, ...(isLater && { isLater }) } as unknown as Json,
    }
  }

  const read = async (max: number): Promise<SourceBatch | undefined> => {
    while (!waiting.isOver) {
      now ??= await begin()
      if (now) {
        const records = await now.lines.read(max, isDone || isOld)
        if (records) return batchOf(now, records)
        if (isDone) return undefined
        if (isOld) {
          await following(now)
          continue
        }
        if (await isOver?.()) {
          isDone = true
          continue
        }
        if (await look(now)) {
          // What was added before it got its other name is still read.
          isOld = true
          continue
        }
      }
      await waiting.wait()
    }
    return undefined
  }

  let running: Promise<unknown> = Promise.resolve()
  return {
    read(max) {
      const reading = read(max)
      running = reading.catch(() => undefined)
      return reading
    },
    async close() {
      stopWatching()
      waiting.end()
      await running
      await now?.lines.close()
      now = undefined
    },
  }
}
