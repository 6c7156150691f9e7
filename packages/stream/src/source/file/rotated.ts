import type { Json } from '@heddle/core'
import type { FileHandle } from 'node:fs/promises'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { openThere } from './byte-reader.ts'
import { type HeadMark, hasHead } from './head.ts'
import type { FileKin } from './owners.ts'

/** A file, and whether it has another name than the one that is followed. */
export interface FoundFile {
  readonly file: FileHandle
  readonly isOld: boolean
}

/** The file at a path, and those that had this name before: `app.log`, `app.log.1`, `app.log-2026-01-01`. */
async function family(path: string): Promise<string[]> {
  const [folder, name] = [dirname(path), basename(path)]
  const stem = name.replace(/\.[^.]+$/, '')
  const names = await readdir(folder).catch(() => [] as string[])
  const others = names.filter(
    (other) => other !== name && other.startsWith(stem) && !/\.(?:gz|zst|xz|bz2)$/.test(other),
  )
  return [path, ...others.map((other) => join(folder, other))]
}

/** What is known of a file that was read. */
export interface FileMark {
  readonly head: HeadMark
  /** The number that the file system gave it. A copy has another one, so that it only decides between files that begin alike. */
  readonly inode: number
  /** How much of it was read: it cannot be shorter. */
  readonly byte: number
}

/** Whether a file begins as the one that was marked, and is no shorter than what was read of it. */
export async function isMarked(file: FileHandle, { head, byte }: FileMark): Promise<boolean> {
  const stat = await file.stat()
  return stat.isFile() && stat.size >= byte && (await hasHead(file, head))
}

/**
 * Finds the file that was marked, under its name or one that it was given since.
 *
 * @param kin what is known of the other files of a folder: there it may have any name
 */
export async function findMarked(path: string, mark: FileMark, kin?: FileKin): Promise<FoundFile | undefined> {
  let alike: FoundFile | undefined
  const near = await family(path)
  for (const candidate of kin ? new Set([...near, ...(await kin.paths())]) : near) {
    const file = await openThere(candidate)
    if (!file) continue
    const { ino } = await file.stat()
    const isAlike = await isMarked(file, mark)
    const found = { file, isOld: candidate !== path }
    if (isAlike && ino === mark.inode) {
      await alike?.file.close()
      return found
    }
    // A copy has another inode, and another file may begin alike.
    const isCopy = isAlike && !alike && near.includes(candidate) && (!kin || (await kin.isFree(file)))
    if (isCopy) alike = found
    else await file.close()
  }
  return alike
}

/** Where a followed file is, and whether others were read before it. */
export interface FollowedMark extends FileMark {
  /** It took the place of one that was renamed. */
  readonly isLater?: boolean
  /** In a folder: how many were read before it. */
  readonly count?: number
  /** In a folder: those of them that are still there. */
  readonly passed?: readonly PassedFile[]
}

/** A file that was read before the one that took its place, and how far. */
export interface PassedFile extends FileMark {
  /** The partition that what is still added to it is of. */
  readonly as: string
}

/** Whether a followed file is there under its name as far as it was read, and no other one was read before it. */
export async function isFirstFile(path: string, position: Json): Promise<boolean> {
  const mark = position as unknown as FollowedMark
  if (mark.isLater === true) return false
  const found = await findMarked(path, mark)
  await found?.file.close()
  return found?.isOld === false
}

/**
 * The file that took the place of one that was renamed: the next younger one of those that had the name, or the one that
 * has it. Undefined while nobody has made it, or it is empty: until then, more may be added to the old one.
 */
export async function nextRotated(path: string, old: FileHandle, kin?: FileKin): Promise<FoundFile | undefined> {
  const last = await old.stat()
  const younger: (FoundFile & { readonly at: number; readonly name: string })[] = []
  for (const candidate of await family(path)) {
    if (candidate !== path && kin?.isListed(basename(candidate))) continue
    const file = await openThere(candidate)
    if (!file) continue
    const stat = await file.stat()
    const isYounger = candidate === path || stat.mtimeMs > last.mtimeMs
    const isNext = stat.isFile() && stat.size > 0 && stat.ino !== last.ino && isYounger
    if (isNext && (!kin || (await kin.isFree(file))))
      younger.push({ file, isOld: candidate !== path, at: stat.mtimeMs, name: candidate })
    else await file.close()
  }
  // The one that has the name is the youngest, whatever the clock says.
  const sorted = younger.toSorted((left, right) => Number(right.isOld) - Number(left.isOld) || left.at - right.at)
  const [next, ...others] = sorted
  for (const { file } of others) await file.close()
  return next
}
