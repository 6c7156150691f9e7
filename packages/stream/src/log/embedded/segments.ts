import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Producers } from '../producers.ts'
import { writeCheckpoint } from './checkpoint.ts'
import { syncFolder, writeWhole } from './files.ts'
import type { PartitionOptions } from './partition-options.ts'
import { Segment, segmentName } from './segment.ts'
import { SharedFile } from './shared-file.ts'

/** The segments of a partition: sealed ones, and one that is written to. */
export class Segments {
  declare private readonly options: PartitionOptions
  declare private readonly producers: Producers
  /** By their offsets. */
  list: Segment[]
  /** The file of the one that is written to. */
  file: SharedFile
  /** While files are replaced or removed: a name may be that of another one. */
  replacing: Promise<void> | undefined
  /** Segments whose files are to be removed. */
  private leftOver: Segment[] = []
  /** The segment that the checkpoint on the disk names; undefined where that is not known. */
  private checkpointed: number | undefined

  constructor(options: PartitionOptions, producers: Producers, list: Segment[], handle: FileHandle) {
    this.options = options
    this.producers = producers
    this.list = list
    this.file = new SharedFile(handle)
  }

  get active(): Segment {
    return this.list.at(-1)!
  }

  get sealed(): readonly Segment[] {
    return this.list.slice(0, -1)
  }

  get earliest(): number {
    return this.list[0]!.base
  }

  /** Seals the newest segment where it is full or old, and begins another one. Not during a write. */
  async rollIfFull(): Promise<void> {
    const { segmentBytes, segmentMs, clock } = this.options
    const { sizeBytes, oldestAt } = this.active
    if (sizeBytes === 0) return
    if (sizeBytes >= segmentBytes || clock.now() - oldestAt! >= segmentMs) await this.roll()
  }

  private async roll(): Promise<void> {
    const { files, folder } = this.options
    const { next } = this.active
    await writeWhole(files, this.indexPath(this.active), this.active.index())
    const path = join(folder, `${segmentName(next)}.log`)
    const handle = await files.open(path, 'w+')
    try {
      await syncFolder(files, folder)
    } catch (thrown) {
      await handle.close()
      // It would be in the way of the one that is begun the next time.
      await files.rm(path, { force: true }).catch(() => undefined)
      throw thrown
    }
    const before = this.file
    this.file = new SharedFile(handle)
    this.list.push(new Segment(next, path))
    await before.retire()
    await this.checkpoint()
  }

  /** Keeps what need not be read again. Not during a write. */
  async checkpoint(): Promise<void> {
    const { files, folder, clock } = this.options
    const { active } = this
    const producers = this.producers.list(clock.now())
    await writeCheckpoint(files, folder, { format: 1, segment: active.base, index: active.index(), producers })
    this.checkpointed = active.base
  }

  /** Before a sealed segment is changed, nothing may have to be learned from it any more. Not during a write. */
  async settle(): Promise<void> {
    if (this.checkpointed !== this.active.base) await this.checkpoint()
  }

  indexPath({ base }: Pick<Segment, 'base'>): string {
    return join(this.options.folder, `${segmentName(base)}.index`)
  }

  /** Whether the file of a segment is the one that it was made for. */
  has(segment: Segment): boolean {
    return this.replacing === undefined && this.list.includes(segment)
  }

  /** Removes the files of sealed segments. */
  async remove(segments: readonly Segment[]): Promise<void> {
    if (segments.length === 0) return
    this.list = this.list.filter((segment) => !segments.includes(segment))
    this.leftOver.push(...segments)
    await this.removeLeftOver()
  }

  /** Removes what could not be removed before. */
  async removeLeftOver(): Promise<void> {
    const { files, folder } = this.options
    if (this.leftOver.length === 0) return
    for (const segment of this.leftOver) {
      await files.rm(segment.path, { force: true })
      await files.rm(this.indexPath(segment), { force: true })
    }
    await syncFolder(files, folder)
    this.leftOver = []
  }

  /**
   * Puts a file, under another name so far, into the place of sealed segments that follow each other; it gets the name of the
   * first one. Whenever the process ends, either all of them are there or the new one, which covers the others.
   */
  async replace(gone: readonly Segment[], come: Segment, file: string): Promise<void> {
    const { files, folder } = this.options
    const { promise, resolve } = Promise.withResolvers<void>()
    this.replacing = promise
    try {
      // The index of the old file must not be taken for that of the new one.
      await files.rm(this.indexPath(come), { force: true })
      await syncFolder(files, folder)
      await files.rename(file, come.path)
      this.list = this.list.filter((segment) => segment === gone[0] || !gone.includes(segment))
      this.list[this.list.indexOf(gone[0]!)] = come
    } finally {
      this.replacing = undefined
      resolve()
    }
    // Before the new name is durable, the others are all there is.
    await syncFolder(files, folder)
    this.leftOver.push(...gone.slice(1))
    await this.removeLeftOver()
    await writeWhole(files, this.indexPath(come), come.index())
  }
}
