import type { Json } from '@heddle/core'
import { type FileHandle, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openThere } from './byte-reader.ts'
import { isPacked } from './file-settings.ts'
import type { FileMark, FollowedMark, PassedFile } from './rotated.ts'
import { isMarked } from './rotated.ts'

/** Whose a file is. */
interface Owned {
  readonly partition: string
  /** By what it is known again; missing while it is open, or about to be: its inode is given to no other file then. */
  readonly mark?: FileMark
  /** It was only seen in the folder, and its reader has not begun. */
  readonly isSeen?: boolean
  /** Its reader went on with another file; what is added to this one is read as a partition of its own. */
  readonly rest?: PassedFile
  /** The reader that passed it cannot come back to it. */
  readonly isDurable?: boolean
}

/** What the reader of a file has to know of the others of its folder. */
export interface FileKin {
  /** Whether it goes on with the file that takes the place of its own. */
  readonly goesOn: boolean
  /** All files that could be the one that was read, under whatever name. */
  paths(): Promise<string[]>
  /** Whether the file that its position told is another one's, who read more of it. */
  readonly isLost: boolean
  /** Whether a file of this name is found by looking at the folder: it is a partition then, unless another one has it. */
  isListed(name: string): boolean
  /** Whether no other one reads a file, or has read it. */
  isFree(file: FileHandle): Promise<boolean>
  /** Takes a file, unless another one has it. */
  take(file: FileHandle, isTold: boolean): Promise<boolean>
  /** It goes on with another file. Gives all that it passed and that are still there. */
  pass(place: FileMark, passed: readonly PassedFile[], count: number): Promise<readonly PassedFile[]>
  /** A checkpoint holds this position. */
  committed(position: Json): void
}

/** A partition for what is added to a file after its reader went on. No file has a name with a slash in it. */
const restOf = (partition: string, count: number) => `${partition}/rotated-${count}`

/** The file whose rest a partition is, and otherwise the partition itself. */
export const fileOf = (partition: string): string => partition.replace(/\/rotated-\d+$/, '')

/**
 * Which partition reads which file of a folder, so that one that is renamed is read by one of them alone.
 *
 * A file belongs to the first partition that read it, by its inode and its beginning, for as long as it is there. A partition
 * is called as its file was when it was seen first. When another file takes that name, its reader goes on with it; from the
 * checkpoint on that holds a place in the new file, what is still added to the old one is a partition of its own
 * (`app.log/rotated-1`), which begins where the first one stopped. Positions tell all of that, so that it holds over restarts.
 */
export class FileOwners {
  readonly #folder: string
  readonly #isListed: (name: string) => boolean
  readonly #owned = new Map<number, Owned>()
  readonly #seen = new Map<string, number>()
  readonly #opened = new Set<string>()
  readonly #lost = new Set<string>()
  /** Is told when a file may have become another partition's. */
  changed: () => void = () => {}

  /** @param isListed whether a name fits the pattern of the source */
  constructor(folder: string, isListed: (name: string) => boolean) {
    this.#folder = folder
    this.#isListed = isListed
  }

  /**
   * Takes in what was read before a restart. Where two say that a file is theirs, as positions of before may, it is that one's
   * who read more of it.
   */
  async resume(positions: Readonly<Record<string, Json>>): Promise<void> {
    const told = new Map<number, Owned[]>()
    for (const [partition, position] of Object.entries(positions)) {
      for (const owned of toldBy(partition, position)) {
        const others = told.get(owned.mark!.inode) ?? []
        // Who read most of it is first.
        told.set(
          owned.mark!.inode,
          [...others, owned].toSorted((left, right) => right.mark!.byte - left.mark!.byte),
        )
      }
    }
    if (told.size === 0) return
    for (const [inode, [first]] of told) this.#owned.set(inode, first!)
    for (const path of await this.#paths()) {
      const file = await openThere(path)
      if (!file) continue
      await using _closed = file
      const { ino } = await file.stat()
      const fits: Owned[] = []
      for (const owned of told.get(ino) ?? []) if (await isMarked(file, owned.mark!)) fits.push(owned)
      const [first, ...others] = fits
      if (first) this.#owned.set(ino, first)
      for (const { partition, rest } of others) if (!rest && partition !== first!.partition) this.#lost.add(partition)
    }
  }

  /** Keeps by what a file is known whose reader told this position. */
  note(partition: string, position: Json): void {
    for (const owned of toldBy(partition, position)) this.#owned.set(owned.mark!.inode, owned)
  }

  /** The partitions of the files that are there. */
  async partitions(names: readonly string[]): Promise<string[]> {
    const found = new Set<string>()
    const hasRests = [...this.#owned.values()].some(({ rest }) => rest)
    for (const name of names) {
      const isOpened = this.#opened.has(name)
      if (isOpened) found.add(name)
      // The file that has the name of a partition by now may be one that another one passed.
      if (isOpened && !hasRests) continue
      const partition = await this.#partitionOf(name, isOpened)
      if (partition !== undefined) found.add(partition)
    }
    return [...found].toSorted()
  }

  async #partitionOf(name: string, isOpened: boolean): Promise<string | undefined> {
    const file = await openThere(join(this.#folder, name))
    if (!file) return undefined
    await using _closed = file
    const { ino, size } = await file.stat()
    await this.#forgetOther(file, ino)
    const owned = this.#owned.get(ino)
    if (owned === undefined) {
      // It is left to the reader that has its name.
      if (isOpened) return undefined
      this.#owned.set(ino, { partition: name, isSeen: true })
      this.#seen.set(name, ino)
      return name
    }
    const { partition, rest, isDurable = false } = owned
    if (rest === undefined) return partition
    return isDurable && size > rest.byte ? rest.as : undefined
  }

  /** Whether files that come or go, or the one that grew, can be other partitions. */
  mayChange(grown: string | undefined): boolean {
    return grown === undefined || !this.#opened.has(grown)
  }

  /** Where the file of a partition lies now: it may have been renamed. */
  async pathOf(partition: string, position: Json | undefined): Promise<string> {
    const path = join(this.#folder, fileOf(partition))
    const { inode, head } = (position ?? {}) as unknown as Partial<FileMark>
    if (inode === undefined || head === undefined) return path
    for (const candidate of [path, ...(await this.#paths())]) {
      const file = await openThere(candidate)
      if (!file) continue
      await using _closed = file
      if ((await file.stat()).ino === inode && (await isMarked(file, { inode, head, byte: 0 }))) return candidate
    }
    return path
  }

  /** A partition is read from now on. Gives where it begins, if it was not told: behind what another one read. */
  open(partition: string, position: Json | undefined): Json | undefined {
    if (this.#opened.has(partition)) this.#reopen(partition, position)
    this.#opened.add(partition)
    if (position !== undefined || fileOf(partition) === partition) return position
    for (const [inode, { rest }] of this.#owned) {
      if (rest?.as !== partition) continue
      this.#owned.set(inode, { partition, mark: rest })
      return rest as unknown as Json
    }
    return undefined
  }

  /** It was open before, and may have been further. */
  #reopen(partition: string, position: Json | undefined): void {
    for (const [inode, owned] of this.#owned) {
      if (owned.partition === partition && !owned.isSeen) this.#owned.delete(inode)
    }
    if (position !== undefined) this.note(partition, position)
  }

  /** What the reader of a partition has to know of the others. */
  kinOf(partition: string): FileKin {
    return {
      goesOn: fileOf(partition) === partition,
      paths: () => this.#paths(),
      isListed: this.#isListed,
      isLost: this.#lost.has(partition),
      isFree: async (file) => {
        const { ino } = await file.stat()
        await this.#forgetOther(file, ino)
        return this.#isFree(partition, ino, false)
      },
      take: async (file, isTold) => {
        const { ino } = await file.stat()
        await this.#forgetOther(file, ino)
        if (!this.#isFree(partition, ino, isTold)) return false
        this.#drop(partition, ino)
        this.#owned.set(ino, { partition })
        return true
      },
      pass: async (place, passed, count) => {
        if (place.byte === 0) {
          // Nothing was read of it, and no position tells it: it is a file like any other.
          this.#owned.delete(place.inode)
          this.changed()
          return passed
        }
        const rest = { ...place, as: restOf(partition, count) }
        this.#owned.set(place.inode, { partition, mark: place, rest })
        const there = await this.#inodes()
        return [...passed.filter(({ inode }) => there?.has(inode) !== false), rest]
      },
      committed: (position) => {
        for (const { inode, as } of (position as Partial<FollowedMark> | null)?.passed ?? []) {
          const owned = this.#owned.get(inode)
          if (owned?.rest?.as !== as || owned.isDurable) continue
          this.#owned.set(inode, { ...owned, isDurable: true })
          this.changed()
        }
      },
    }
  }

  #isFree(partition: string, inode: number, isTold: boolean): boolean {
    const owned = this.#owned.get(inode)
    return owned === undefined || (owned.partition === partition && (owned.isSeen === true || isTold))
  }

  /** The reader began with another file than the one that had its name when it was listed: that one is free. */
  #drop(partition: string, taken: number): void {
    const seen = this.#seen.get(partition)
    this.#seen.delete(partition)
    if (seen === undefined || seen === taken || this.#owned.get(seen)?.isSeen !== true) return
    this.#owned.delete(seen)
    this.changed()
  }

  /** The number of a file that is gone is given to another one: that one begins otherwise, or is shorter. */
  async #forgetOther(file: FileHandle, inode: number): Promise<void> {
    const owned = this.#owned.get(inode)
    if (!owned?.mark || (await isMarked(file, owned.mark))) return
    if (this.#owned.get(inode) === owned) this.#owned.delete(inode)
  }

  async #paths(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => [] as string[])
    return names.map((name) => join(this.#folder, name))
  }

  /** The files of the folder; undefined where some were renamed meanwhile, so that one could be missing. */
  async #inodes(): Promise<Set<number> | undefined> {
    const before = await this.#paths()
    const inodes = new Set<number>()
    for (const path of before) {
      const file = await openThere(path)
      if (!file) return undefined
      inodes.add((await file.stat()).ino)
      await file.close()
    }
    const after = await this.#paths()
    return before.toSorted().join('/') === after.toSorted().join('/') ? inodes : undefined
  }
}

/** What a position tells of the file at work, and of those that were passed. */
function toldBy(partition: string, position: Json): Owned[] {
  const { inode, head, byte = 0, passed = [] } = (position ?? {}) as unknown as Partial<FollowedMark>
  const rests = passed.map((rest) => ({ partition, mark: rest, rest, isDurable: true }))
  if (inode === undefined || head === undefined) return rests
  // Of a compressed file, a position counts the bytes that come out.
  const mark = { inode, head, byte: isPacked(partition) ? 0 : byte }
  return [...rests, { partition, mark }]
}
