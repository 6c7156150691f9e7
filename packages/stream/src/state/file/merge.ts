import type { Cursor } from './cursor.ts'
import { isSameKey } from './line.ts'

/** Goes through the lines of several runs in order; of those of the same key, that of the newest run counts. */
export class Merge {
  line = ''
  hash = -1
  #cursors: readonly Cursor[]

  /** @param cursors newest first */
  constructor(cursors: readonly Cursor[]) {
    this.#cursors = cursors.filter((cursor) => cursor.next())
  }

  next(): boolean {
    const cursors = this.#cursors
    if (cursors.length === 0) return false
    let least = cursors[0]!
    for (let at = 1; at < cursors.length; at++) {
      const cursor = cursors[at]!
      if (cursor.hash < least.hash || (cursor.hash === least.hash && isBefore(cursor.line, least.line))) least = cursor
    }
    const { line, hash } = least
    this.line = line
    this.hash = hash
    let isAtEnd = false
    for (const cursor of cursors) {
      if (cursor.hash !== hash || (cursor !== least && !isSameKey(line, cursor.line))) continue
      if (!cursor.next()) {
        cursor.hash = Infinity
        isAtEnd = true
      }
    }
    if (isAtEnd) this.#cursors = cursors.filter((cursor) => cursor.hash !== Infinity)
    return true
  }
}

/** Equal keys are left to the newer run, which is seen first. */
const isBefore = (a: string, b: string): boolean => a < b && !isSameKey(a, b)
