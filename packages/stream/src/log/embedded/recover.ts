import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { isSound, nextMagic, readHead, type ReadHead } from '../frame-codec.ts'
import { Producers } from '../producers.ts'
import { type PartitionCheckpoint, readCheckpoint } from './checkpoint.ts'
import { damaged, readAll, readWhole, syncFolder, writeWhole } from './files.ts'
import { type PartitionOptions, placeOf } from './partition-options.ts'
import { readFrames } from './read-frames.ts'
import { baseOf, Segment, type SegmentIndex, segmentName } from './segment.ts'

/** A partition as it was found. */
export interface Recovered {
  /** By their offsets; the last one is written to. */
  readonly segments: Segment[]
  readonly producers: Producers
  /** Of the last segment. */
  readonly handle: FileHandle
}

const chunkBytes = 1024 * 1024

/**
 * Opens the files of a partition as a process left them that ended at any moment. What was not acknowledged and is not whole is
 * cut off; what was acknowledged and is not as it was written is an error.
 *
 * @throws {Failure} LogDamaged
 */
export async function recover(options: PartitionOptions): Promise<Recovered> {
  const { files, folder, limits } = options
  const checkpoint = await readCheckpoint(files, folder)
  const bases = await withoutBegun(options, await tidyFolder(options), checkpoint)
  if (checkpoint !== undefined && !bases.includes(checkpoint.segment)) {
    throw damaged(join(folder, `${segmentName(checkpoint.segment)}.log`), 0, 'it is not there')
  }
  const { producers: limit, producerIdleMs: idleMs } = limits
  const producers = new Producers({ place: placeOf(options), limit, idleMs }, checkpoint?.producers)

  const sealed: Segment[] = []
  for (const base of bases.slice(0, -1)) {
    // What two segments were merged into covers the second one, which a process may have left there.
    if ((sealed.at(-1)?.next ?? 0) > base) await removeSegment(options, base)
    else sealed.push(await openSealed(options, base, checkpoint, producers))
  }
  const base = bases.at(-1) ?? 0
  const path = join(folder, `${segmentName(base)}.log`)
  const handle = await files.open(path, bases.length === 0 ? 'w+' : 'r+')
  try {
    if (bases.length === 0) await syncFolder(files, folder)
    const active = new Segment(base, path, checkpoint?.segment === base ? checkpoint.index : undefined)
    await scan(options, { segment: active, handle, mayBeTorn: true, note: (head) => learn(producers, head) })
    return { segments: [...sealed, active], producers, handle }
  } catch (thrown) {
    await handle.close()
    throw thrown
  }
}

/** Removes what a process left half-made, and gives the offsets of the segments. */
async function tidyFolder({ files, folder }: PartitionOptions): Promise<number[]> {
  const names = await files.readdir(folder)
  const bases = names.map(baseOf).filter((base) => base !== undefined)
  const kept = new Set(bases.map((base) => `${segmentName(base)}.index`))
  for (const name of names) {
    const isOrphan = name.endsWith('.index') && !kept.has(name)
    if (name.endsWith('.new') || isOrphan) await files.rm(join(folder, name), { force: true })
  }
  return bases.toSorted((one, other) => one - other)
}

/**
 * A segment may have been begun in vain, as on a full disk, and the one before it written to again: that one is the newest then, and
 * larger than what was kept of it when it was to be sealed.
 */
async function withoutBegun(
  options: PartitionOptions,
  bases: number[],
  checkpoint: PartitionCheckpoint | undefined,
): Promise<number[]> {
  const { files, folder } = options
  const [before, last] = bases.slice(-2)
  if (before === undefined || last === undefined || checkpoint?.segment === last) return bases
  const sizeOf = async (base: number) => (await files.stat(join(folder, `${segmentName(base)}.log`))).size
  if ((await sizeOf(last)) > 0 || (await readIndex(options, before))?.sizeBytes === (await sizeOf(before))) return bases
  await removeSegment(options, last)
  return bases.slice(0, -1)
}

async function readIndex({ files, folder }: PartitionOptions, base: number): Promise<SegmentIndex | undefined> {
  const index = (await readWhole(files, join(folder, `${segmentName(base)}.index`))) as SegmentIndex | undefined
  return index?.format === 1 ? index : undefined
}

async function removeSegment({ files, folder }: PartitionOptions, base: number): Promise<void> {
  await files.rm(join(folder, `${segmentName(base)}.log`), { force: true })
  await files.rm(join(folder, `${segmentName(base)}.index`), { force: true })
}

async function openSealed(
  options: PartitionOptions,
  base: number,
  checkpoint: PartitionCheckpoint | undefined,
  producers: Producers,
): Promise<Segment> {
  const { files, folder } = options
  const path = join(folder, `${segmentName(base)}.log`)
  const index = await readIndex(options, base)
  const { size } = await files.stat(path)
  // A process that ended while it began a segment has not kept yet what the one before it says of the producers.
  const isLearned = checkpoint !== undefined && base < checkpoint.segment
  const isIndexed = index?.sizeBytes === size
  if (isIndexed && isLearned) return new Segment(base, path, index)
  const handle = await files.open(path, 'r')
  try {
    const segment = new Segment(base, path)
    await scan(options, {
      segment,
      handle,
      mayBeTorn: false,
      note: (head, at) => {
        const isKept = checkpoint?.segment === base && at < checkpoint.index.sizeBytes
        if (!isLearned && !isKept) learn(producers, head)
      },
    })
    if (isIndexed) return new Segment(base, path, index)
    await writeWhole(files, join(folder, `${segmentName(base)}.index`), segment.index())
    return segment
  } finally {
    await handle.close()
  }
}

/** The state in which a frame leaves its producer. */
function learn(producers: Producers, head: ReadHead): void {
  const { producer, epoch, sequence, appendedAt: at, watermark } = head
  if (producer === undefined) return
  const sent = head.sparse ? head.span : head.count
  const before = producers.get(producer)?.watermark
  producers.learn(producer, { epoch, next: sequence + sent, at, watermark: laterOf(before, watermark) })
}

const laterOf = (one: number | undefined, other: number | undefined) =>
  one === undefined || (other !== undefined && other > one) ? other : one

interface Scan {
  /** Up to its size everything is known. */
  readonly segment: Segment
  readonly handle: FileHandle
  /** Whether its end may be that of a write during which the process ended. */
  readonly mayBeTorn: boolean
  note(head: ReadHead, at: number): void
}

async function scan(options: PartitionOptions, { segment, handle, mayBeTorn, note }: Scan): Promise<void> {
  const { size } = await handle.stat()
  if (size < segment.sizeBytes) {
    throw damaged(segment.path, size, `it ends there, and was acknowledged up to byte ${segment.sizeBytes}`)
  }
  while (segment.sizeBytes < size) {
    const { frames, bad, at: end } = await readFrames(handle, { from: segment.sizeBytes, to: size, bytes: chunkBytes })
    for (const { head, at } of frames) {
      note(head, at)
      segment.note(head, head.length)
    }
    if (bad === undefined) continue
    if (!mayBeTorn || (await wasAcknowledged(handle, end, size))) throw damaged(segment.path, end, bad)
    await handle.truncate(end)
    await handle.datasync()
    const { lines } = options
    const fields = { file: segment.path, byte: end, bytes: size - end }
    lines.write('warning', 'The end of a log that was not acknowledged was cut off.', fields)
    return
  }
}

/**
 * Whether what lies at a byte was acknowledged once: a sound frame behind it says that the file was durable beyond it when it
 * was written. Frames of one and the same write may reach the disk in any order, and say nothing of each other.
 */
async function wasAcknowledged(handle: FileHandle, at: number, size: number): Promise<boolean> {
  const bytes = await readAll(handle, at, size - at)
  for (let place = nextMagic(bytes, 1); place >= 0; place = nextMagic(bytes, place + 1)) {
    const head = readHead(bytes, place)
    if ('reason' in head || place + head.length > bytes.length) continue
    if (isSound(bytes, place, head) && head.durable > at) return true
  }
  return false
}
