import type { Json } from '@heddle/core'
import type { FileHandle } from 'node:fs/promises'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { openThere } from './byte-reader.ts'
import { type HeadMark, hasHead } from './head.ts'

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

/** Finds the file that was marked, under its name or one that it was given since. */
export async function findMarked(path: string, { head, inode, byte }: FileMark): Promise<FoundFile | undefined> {
  let alike: FoundFile | undefined
  for (const candidate of await family(path)) {
    const file = await openThere(candidate)
    if (!file) continue
    const stat = await file.stat()
    const isAlike = stat.isFile() && stat.size >= byte && (await hasHead(file, head))
    const found = { file, isOld: candidate !== path }
    if (isAlike && stat.ino === inode) {
      await alike?.file.close()
      return found
    }
    if (isAlike && !alike) alike = found
    else await file.close()
  }
  return alike
}

/** Where a followed file is, and whether others were read before it. */
export interface FollowedMark extends FileMark {
  /** It took the place of one that was renamed. */
  readonly isLater?: boolean
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
 * has it. Undefined while nobody has made it.
 */
export async function nextRotated(path: string, old: FileHandle): Promise<FoundFile | undefined> {
  const last = await old.stat()
  const younger: (FoundFile & { readonly at: number; readonly name: string })[] = []
  for (const candidate of await family(path)) {
    const file = await openThere(candidate)
    if (!file) continue
    const stat = await file.stat()
    const isNext = stat.isFile() && stat.ino !== last.ino && (candidate === path || stat.mtimeMs > last.mtimeMs)
    if (isNext) younger.push({ file, isOld: candidate !== path, at: stat.mtimeMs, name: candidate })
    else await file.close()
  }
  // The one that has the name is the youngest, whatever the clock says.
  const sorted = younger.toSorted((left, right) => Number(right.isOld) - Number(left.isOld) || left.at - right.at)
  const [next, ...others] = sorted
  for (const { file } of others) await file.close()
  return next
}
