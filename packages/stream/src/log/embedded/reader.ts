import type { FileHandle } from 'node:fs/promises'
import { decompress } from '../compression.ts'
import type { Frame } from '../frame.ts'
import { viewOf } from '../frame-view.ts'
import { RecordCursor } from '../record-cursor.ts'
import { codeOf, damaged } from './files.ts'
import type { PartitionOptions } from './partition-options.ts'
import { type FrameAt, readFrames } from './read-frames.ts'
import type { Segment } from './segment.ts'
import type { Segments } from './segments.ts'

/** How much is read. */
export interface ReadAsked {
  readonly from: number
  readonly maxRecords: number
  readonly maxBytes: number
}

/** So much is read at a time where less was asked for, or a frame is looked for. */
const leastBytes = 64 * 1024
/** So many places are remembered at which a reader went away. */
const rememberedPlaces = 64

/** Reads the frames of a partition that are durable. */
export class PartitionReader {
  declare private readonly options: PartitionOptions
  declare private readonly segments: Segments
  /** Where the frame of an offset begins, for readers that come back for the next one. */
  private places = new Map<number, { readonly segment: Segment; readonly byte: number }>()

  constructor(options: PartitionOptions, segments: Segments) {
    this.options = options
    this.segments = segments
  }

  /**
   * Frames from the offset on; none where there are none up to the end. Undefined where files were replaced or removed meanwhile:
   * the offset may no longer be there, or in another file.
   *
   * @throws {Failure} LogDamaged
   */
  async read({ from, maxRecords, maxBytes }: ReadAsked): Promise<Frame[] | undefined> {
    for (let offset = from; ;) {
      const segment = this.segmentOf(offset)
      if (segment === undefined) return []
      const frames: Frame[] = []
      let bytes = 0
      let records = 0
      const begin = { byte: this.byteOf(segment, offset), offset, bytes: maxBytes }
      let next = 0
      const walked = this.walk(segment, begin, ({ head, at }, unpacked) => {
        const frame = viewOf(head, unpacked, offset, maxRecords - records)
        frames.push(frame)
        bytes += head.length
        records += frame.count
        next = frame.next === head.base + head.span ? at + head.length : at
        return bytes < maxBytes && records < maxRecords
      })
      const isWhole = await walked.catch((thrown: unknown) => {
        // What stands before a damaged frame is given first.
        if (frames.length === 0) throw thrown
      })
      if (frames.length > 0) {
        this.remember(segment, frames.at(-1)!.next, next)
        return frames
      }
      if (!isWhole) return undefined
      // Compaction left nothing from there on in this segment.
      const following = this.segments.list.find(({ base }) => base > segment.base)
      if (following === undefined) return []
      offset = Math.max(offset, following.base)
    }
  }

  /** The first record that is not before the time; undefined where there is none. @throws {Failure} LogDamaged */
  async offsetAt(time: number): Promise<number | undefined> {
    for (const segment of this.segments.list) {
      if (segment.maxTime < time) continue
      let found: number | undefined
      const begin = { byte: segment.byteAtTime(time), offset: 0, bytes: leastBytes }
      const isWhole = await this.walk(segment, begin, ({ head }, bytes) => {
        const { maxTime, base, span, sparse } = head
        if (maxTime < time) return true
        const cursor = new RecordCursor({ bytes, base, sparse, from: base, to: base + span })
        while (found === undefined && cursor.next()) if (cursor.time >= time) found = cursor.offset
        return found === undefined
      })
      if (found !== undefined) return found
      if (!isWhole) return this.offsetAt(time)
    }
    return undefined
  }

  /**
   * Goes through the frames of a segment from a byte on, but for those that end before an offset, for as long as it is wanted.
   *
   * @returns false where the segment was replaced or removed meanwhile
   */
  private async walk(
    segment: Segment,
    { byte, offset, bytes }: { byte: number; offset: number; bytes: number },
    visit: (frame: FrameAt, records: Buffer) => boolean,
  ): Promise<boolean> {
    // What is durable now is enough; what comes meanwhile is for the next read.
    const to = segment.sizeBytes
    let at = byte
    while (at < to) {
      const asked = { from: at, to, bytes: Math.max(leastBytes, bytes), fromOffset: offset }
      const read = await this.withFile(segment, (handle) => readFrames(handle, asked))
      if (read === undefined) return false
      for (const frame of read.frames) {
        const records = frame.bytes.subarray(frame.head.headBytes)
        const isPlain = frame.head.compression === 'none'
        if (!visit(frame, isPlain ? records : await this.unpacked(segment, frame, records))) return true
      }
      if (read.bad !== undefined) throw damaged(segment.path, read.at, read.bad)
      at = read.at
    }
    return true
  }

  private async unpacked(segment: Segment, { head, at }: FrameAt, records: Buffer): Promise<Buffer> {
    if (head.compression === 'none') return records
    try {
      return await decompress(records, head.compression, head.rawBytes)
    } catch (cause) {
      throw damaged(segment.path, at, `its records cannot be unpacked (${(cause as Error).message})`)
    }
  }

  private segmentOf(offset: number): Segment | undefined {
    return this.segments.list.findLast(({ base }) => base <= offset) ?? this.segments.list[0]
  }

  private byteOf(segment: Segment, offset: number): number {
    const place = this.places.get(offset)
    return place?.segment === segment ? place.byte : segment.byteOf(offset)
  }

  private remember(segment: Segment, offset: number, byte: number): void {
    this.places.delete(offset)
    this.places.set(offset, { segment, byte })
    if (this.places.size > rememberedPlaces) this.places.delete(this.places.keys().next().value!)
  }

  /** Undefined where the segment was removed or replaced meanwhile: another file may have its name. */
  private async withFile<Value>(
    segment: Segment,
    run: (handle: FileHandle) => Promise<Value>,
  ): Promise<Value | undefined> {
    const { segments } = this
    if (segment === segments.active) return segments.file.use(run)
    await segments.replacing
    const handle = await this.options.files.open(segment.path, 'r').catch((thrown: unknown) => {
      if (codeOf(thrown) !== 'ENOENT' || segments.has(segment)) throw thrown
      return undefined
    })
    if (handle === undefined) return undefined
    try {
      return segments.has(segment) ? await run(handle) : undefined
    } finally {
      await handle.close()
    }
  }
}
