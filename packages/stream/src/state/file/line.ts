/**
 * State is lines of text: the key, a tab, and what the key holds, or nothing where it holds nothing any more. An item of a
 * large cell has a line of its own, whose key goes on with the numbers of the cell and of the item. Keys and values are
 * JSON, which writes control characters in another way, so that these can stand between.
 */

/** Stands behind the key, and between the cells of a key. */
export const tab = '\t'
/** Stands before the cell and before the item in the key of an item. */
export const below = '\u0001'
/** Stands between the items of a small cell. */
export const between = '\u001f'
/** Stands between the name of an entry and its value. */
export const equals = '\u001e'

/** The line key of an item. */
export const itemKey = (key: string, cell: number, sub: string | number): string =>
  `${key}${below}${cell}${below}${sub}`

/**
 * By what lines are in order, and then by their text: FNV-1a over the key itself, so that a key's lines are together. May
 * be asked of a line as well as of its key.
 */
export function hashOf(line: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at)
    if (code < 32) break
    hash = Math.imul(hash ^ code, 0x01000193)
  }
  return mixed(hash)
}

/** By what a line is looked for in a filter: another hash, which also differs between the items of a key. */
export function probeOf(line: string, hash: number): number {
  const from = line.indexOf(below)
  if (from < 0) return mixed(hash ^ 0x9747b28c)
  let probe = hash
  for (let at = from; at < line.length; at++) {
    const code = line.charCodeAt(at)
    if (code === 9) break
    probe = Math.imul(probe ^ code, 0x01000193)
  }
  return mixed(probe)
}

/** The finish of MurmurHash3: neighbouring texts come far apart. */
function mixed(hash: number): number {
  let next = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  next = Math.imul(next ^ (next >>> 13), 0xc2b2ae35)
  return (next ^ (next >>> 16)) >>> 0
}

/** Whether two lines are of the same key. */
export const isSameKey = (a: string, b: string): boolean => b.startsWith(a.slice(0, a.indexOf(tab) + 1))

/** Whether a line says that there is nothing. */
export const isGone = (line: string): boolean => line.endsWith(tab)

/** The order of lines of different keys. */
export const compareLines = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** What a line is about: its key, and for an item also the cell and the item. */
export function partsOf(line: string): { key: string; cell?: number; sub?: string; value: string } {
  const end = line.indexOf(tab)
  const value = line.slice(end + 1)
  const mark = line.indexOf(below)
  if (mark < 0) return { key: line.slice(0, end), value }
  const next = line.indexOf(below, mark + 1)
  return { key: line.slice(0, mark), cell: Number(line.slice(mark + 1, next)), sub: line.slice(next + 1, end), value }
}

/** The cells in what a line holds: their numbers and texts. */
export function* cellsOf(value: string): Generator<readonly [cell: number, text: string]> {
  for (const part of value.split(tab)) {
    const colon = part.indexOf(':')
    yield [Number(part.slice(0, colon)), part.slice(colon + 1)]
  }
}
