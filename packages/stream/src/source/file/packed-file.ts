import { type Json, systemFailure } from '@heddle/core'
import { type DecoderPosition, streamStart } from '../../decode/decoder.ts'
import type { DecoderOptions } from '../../decode/options.ts'
import { openBytes } from '../../decode/files/open-bytes.ts'
import type { PartitionReader } from '../source.ts'
import { inPieces, openThere } from './byte-reader.ts'
import { type HeadMark, hasHead, markOf } from './head.ts'
import { LineReader } from './line-reader.ts'

/** A position counts the bytes that come out; the mark is of those that are in the file. */
type Position = DecoderPosition & {
  readonly head: HeadMark
  /** Missing in positions of before. */
  readonly inode?: number
}

/**
 * Reads a file of lines that is compressed. To go on from a position, it is unpacked from its beginning.
 *
 * @param name how places in it are told
 */
export function packedFile(
  path: string,
  name: string,
  decoder: DecoderOptions,
  position: Json | undefined,
): PartitionReader {
  const told = position as Position | undefined
  let opened: { readonly lines: LineReader; readonly head: HeadMark; readonly inode: number } | undefined
  let isClosed = false

  const open = async () => {
    const file = await openThere(path)
    if (!file) throw systemFailure('Unavailable', { what: `The file ${path}` })
    await using _closed = file
    if (told && !(await hasHead(file, told.head))) {
      throw systemFailure('FileReplaced', { path, reason: 'it begins with other bytes than the file that was read' })
    }
    const head = await markOf(file)
    const { ino: inode } = await file.stat()
    const bytes = await openBytes(path, told?.byte)
    const pieces = inPieces(bytes.read.bind(bytes), bytes.close.bind(bytes))
    return { head, inode, lines: new LineReader(pieces, decoder, name, told ?? streamStart) }
  }

  return {
    async read(max) {
      if (isClosed) return undefined
      opened ??= await open()
      const { lines, head, inode } = opened
      const records = await lines.read(max, true)
      return records && { ...records, position: { ...lines.position, head, inode } as unknown as Json }
    },
    async close() {
      isClosed = true
      await opened?.lines.close()
    },
  }
}
