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
import type { FileKin } from './owners.ts'
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
  /** The other files of its folder, where they are read too. */
  readonly kin?: FileKin
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
  const { path, name, decoder, follow, isOver, kin, ports, signal } = options
  const waiting = new Waiting(signal)
  const stopWatching = follow ? watchFolder(dirname(path), ports, waiting.wake) : () => {}
  const told = position as FilePosition | undefined
  let now: Opened | undefined
  let hasBegun = false
  /** The file at work had another name when it was opened: younger ones may have other names too. */
  let isOld = false
  /** Another file has taken its place: it is read to its end. */
  let isLast = false
  let isDone = !follow
  let isLater = told?.isLater === true
  let { count = 0, passed = [] } = told ?? {}

  const openAt = async (file: FileHandle, at: DecoderPosition): Promise<Opened> => {
    const head = new Head()
    head.add(await readHead(file, Math.min(at.byte, 1024)), 0)
    const lines = new LineReader(plainBytes(file, at.byte), decoder, name, at, (bytes, from) => head.add(bytes, from))
    return { file, inode: (await file.stat()).ino, lines, head }
  }

  const missing = () => systemFailure('Unavailable', { what: `The file ${path}` })

  const beginHere = async (): Promise<Opened | undefined> => {
    const file = await openThere(path)
    const isTaken = file !== undefined && (!kin || (await kin.take(file, false)))
    if (!isTaken) await file?.close()
    if (!isTaken && !follow) throw missing()
    hasBegun ||= isTaken
    return isTaken ? openAt(file, streamStart) : undefined
  }

  const begin = async (): Promise<Opened | undefined> => {
    if (told === undefined || hasBegun) return beginHere()
    if (kin?.isLost) {
      hasBegun = true
      isLater = true
      return beginHere()
    }
    let found = await findMarked(path, told, kin)
    // One that is renamed while it is looked for can be missed.
    for (let more = 4; found === undefined && more > 0; more--) found = await findMarked(path, told, kin)
    hasBegun = true
    if (found && (!kin || (await kin.take(found.file, true)))) {
      isOld = found.isOld
      return openAt(found.file, told)
    }
    await found?.file.close()
    const file = await openThere(path)
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

  /** Whether another file took the place of the one at work. @throws {Failure} FileReplaced where it was cut */
  const look = async ({ file, inode, lines }: Opened): Promise<boolean> => {
    const { size } = await file.stat()
    if (size < lines.end) {
      const reason = `it holds ${size} bytes, and ${lines.end} of it were read`
      throw systemFailure('FileReplaced', { path, reason })
    }
    if (kin?.goesOn === false) return false
    if (isOld) {
      const next = await nextRotated(path, file, kin)
      await next?.file.close()
      return next !== undefined
    }
    const there = await openThere(path)
    if (there === undefined) return false
    await using _closed = there
    const stat = await there.stat()
    return stat.ino !== inode && stat.size > 0 && (!kin || (await kin.isFree(there)))
  }

  /** Goes on with the next file, unless it is gone again. */
  const following = async (old: Opened): Promise<void> => {
    isLast = false
    const next = await nextRotated(path, old.file, kin)
    if (next === undefined) return
    if (kin && !(await kin.take(next.file, false))) return next.file.close()
    const { inode, lines, head } = old
    const at = lines.position
    if (kin) passed = await kin.pass({ ...at, head: head.markAt(at.byte), inode }, passed, ++count)
    now = await openAt(next.file, streamStart)
    isOld = next.isOld
    isLater = true
    await lines.close()
  }

  const batchOf = ({ lines, head, inode }: Opened, read: Omit<SourceBatch, 'position'>): SourceBatch => {
    const at = lines.position
    const before = { ...(isLater && { isLater }), ...(count > 0 && { count, passed }) }
    return { ...read, position: { ...at, head: head.markAt(at.byte), inode, ...before } as unknown as Json }
  }

  const read = async (max: number): Promise<SourceBatch | undefined> => {
    while (!waiting.isOver) {
      now ??= await begin()
      if (now) {
        const records = await now.lines.read(max, isDone || isLast)
        if (records) return batchOf(now, records)
        if (isDone) return undefined
        if (isLast) {
          const old = now
          await following(old)
          if (now !== old) continue
        } else if (await isOver?.()) {
          isDone = true
          continue
        } else if (await look(now)) {
          // What was added before it got its other name is still read.
          isLast = true
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
    committed: (at) => kin?.committed(at),
    async close() {
      stopWatching()
      waiting.end()
      await running
      await now?.lines.close()
      now = undefined
    },
  }
}
