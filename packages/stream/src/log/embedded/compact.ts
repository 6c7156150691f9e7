import type { FileHandle } from 'node:fs/promises'
import { compress, decompress } from '../compression.ts'
import { type FrameHead, headBytesOf, writeHead } from '../frame-codec.ts'
import type { Maintained } from '../log.ts'
import { RecordCursor } from '../record-cursor.ts'
import { sparseOf } from '../sparse.ts'
import { damaged, writeAll } from './files.ts'
import type { PartitionOptions } from './partition-options.ts'
import { type FrameAt, readFrames } from './read-frames.ts'
import { Segment } from './segment.ts'
import type { Segments } from './segments.ts'

/*
 * Keeps the newest record of each key in the sealed segments, as Kafka's cleaner does: the segments that are new since the last
 * time say which offset is the newest of a key; then all segments up to them are written anew without the records of a key that are
 * older, one after the other. Offsets never change. Small segments become one. A frame stays, without records, where it is the last
 * one of its file, so that the file covers the same offsets, and where it has the latest watermark of its producer.
 */

interface Newest {
  readonly ofKey: ReadonlyMap<string, number>
  /** The frame that tells the latest watermark of a producer. */
  readonly watermarks: ReadonlyMap<string | undefined, number>
}

interface Output {
  readonly path: string
  readonly handle: FileHandle
  readonly segment: Segment
  readonly sources: Segment[]
  removed: number
}

const chunkBytes = 1024 * 1024

/**
 * Compacts the sealed segments of a partition. What needs more keys in memory than allowed is left for the next time.
 *
 * @param worthwhile only where what is new is half as much as what was compacted before, which is all written anew
 */
export async function compact(
  options: PartitionOptions,
  segments: Segments,
  worthwhile: boolean,
): Promise<Pick<Maintained, 'removedRecords' | 'freedBytes'>> {
  await segments.removeLeftOver()
  const { sealed } = segments
  const dirty = sealed.filter(({ compacted }) => !compacted)
  const isWorthwhile = 3 * sizeOf(dirty) >= sizeOf(sealed)
  if (dirty.length === 0 || (worthwhile && !isWorthwhile)) return { removedRecords: 0, freedBytes: 0 }
  const { newest, last } = await newestOf(options, dirty)
  const covered = sealed.slice(0, sealed.indexOf(last) + 1)
  const before = sizeOf(covered)

  let removedRecords = 0
  let after = 0
  let output: Output | undefined
  try {
    for (const source of covered) {
      if (output !== undefined && output.segment.sizeBytes + source.sizeBytes > options.segmentBytes) {
        after += await finish(options, segments, output)
        output = undefined
      }
      output ??= await begin(options, source)
      output.sources.push(source)
      removedRecords += await rewrite(options, source, output, newest)
    }
    if (output !== undefined) after += await finish(options, segments, output)
    output = undefined
  } finally {
    await output?.handle.close()
    if (output !== undefined) await options.files.rm(output.path, { force: true })
  }
  return { removedRecords, freedBytes: before - after }
}

async function newestOf({ files, compactionKeys }: PartitionOptions, dirty: readonly Segment[]) {
  const ofKey = new Map<string, number>()
  const watermarks = new Map<string | undefined, number>()
  let last = dirty[0]!
  for (const segment of dirty) {
    if (ofKey.size >= compactionKeys) break
    last = segment
    await eachFrame(files, segment, async (frame) => {
      if (frame.head.watermark !== undefined) watermarks.set(frame.head.producer, frame.head.base)
      const cursor = cursorOf(frame.head, await unpacked(segment, frame))
      while (cursor.next()) ofKey.set(keyOf(cursor), cursor.offset)
    })
  }
  const newest: Newest = { ofKey, watermarks }
  return { newest, last }
}

async function begin({ files }: PartitionOptions, { base, path }: Segment): Promise<Output> {
  const fresh = `${path}.new`
  const handle = await files.open(fresh, 'w')
  const segment = new Segment(base, path)
  segment.compacted = true
  return { path: fresh, handle, segment, sources: [], removed: 0 }
}

/** Gives how many bytes are in the place of the sources. */
async function finish({ files }: PartitionOptions, segments: Segments, output: Output): Promise<number> {
  const { path, handle, segment, sources, removed } = output
  await handle.sync()
  await handle.close()
  if (removed === 0 && sources.length === 1) {
    sources[0]!.compacted = true
    await files.rm(path, { force: true })
    return sources[0]!.sizeBytes
  }
  await segments.replace(sources, segment, path)
  return segment.sizeBytes
}

/** Writes what is left of a segment behind what is there already, and gives how many records are not. */
async function rewrite(options: PartitionOptions, source: Segment, output: Output, newest: Newest): Promise<number> {
  const { files, clock, tombstoneMs } = options
  const { segment, handle } = output
  const now = clock.now()
  let removed = 0
  await eachFrame(files, source, async (frame) => {
    const { head } = frame
    const bytes = await unpacked(source, frame)
    const isOld = now - head.appendedAt > tombstoneMs
    const kept = sparseOf({ head, bytes }, (cursor) => {
      const offset = newest.ofKey.get(keyOf(cursor))
      if (offset !== undefined && cursor.offset < offset) return false
      return cursor.valueEnd >= 0 || !isOld
    })
    removed += head.count - kept.count
    const isLast = head.base + head.span === source.next
    const tellsMost = head.watermark !== undefined && (newest.watermarks.get(head.producer) ?? head.base) === head.base
    if (kept.count === 0 && !isLast && !tellsMost) return
    if (kept.count === head.count) return put(handle, segment, head, [frame.bytes])
    const payload = head.compression === 'none' ? kept.bytes : await compress(kept.bytes, head.compression)
    const { count, minTime, maxTime } = kept
    const left: FrameHead = { ...head, sparse: true, count, rawBytes: kept.bytes.length, minTime, maxTime }
    const bytesOfHead = Buffer.allocUnsafe(headBytesOf(head.producer))
    writeHead(bytesOfHead, 0, left, payload)
    await put(handle, segment, left, [bytesOfHead, payload])
  })
  output.removed += removed
  return removed
}

async function put(handle: FileHandle, segment: Segment, head: FrameHead, pieces: Buffer[]): Promise<void> {
  await writeAll(handle, pieces, segment.sizeBytes)
  segment.note(
    head,
    pieces.reduce((sum, { length }) => sum + length, 0),
  )
}

async function eachFrame(
  files: PartitionOptions['files'],
  segment: Segment,
  visit: (frame: FrameAt) => Promise<void>,
): Promise<void> {
  const handle = await files.open(segment.path, 'r')
  try {
    for (let from = 0; from < segment.sizeBytes;) {
      const read = await readFrames(handle, { from, to: segment.sizeBytes, bytes: chunkBytes })
      for (const frame of read.frames) await visit(frame)
      if (read.bad !== undefined) throw damaged(segment.path, read.at, read.bad)
      from = read.at
    }
  } finally {
    await handle.close()
  }
}

async function unpacked(segment: Segment, { head, bytes, at }: FrameAt): Promise<Buffer> {
  const records = bytes.subarray(head.headBytes)
  if (head.compression === 'none') return records
  return decompress(records, head.compression, head.rawBytes).catch((cause: Error) => {
    throw damaged(segment.path, at, `its records cannot be unpacked (${cause.message})`)
  })
}

const sizeOf = (segments: readonly Segment[]) => segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

const cursorOf = ({ base, span, sparse }: FrameHead, bytes: Buffer) =>
  new RecordCursor({ bytes, base, sparse, from: base, to: base + span })

const keyOf = ({ bytes, keyStart, keyEnd }: RecordCursor) =>
  keyEnd < 0 ? '' : bytes.toString('latin1', keyStart, keyEnd)
