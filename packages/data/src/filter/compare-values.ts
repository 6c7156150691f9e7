import type { Value } from '../database/table.ts'

/**
 * Compares text by code point, as databases do for UTF-8. JavaScript's own `<` goes by UTF-16 unit, which puts
 * characters beyond U+FFFF before those from U+E000 on.
 */
function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index)
    const b = right.charCodeAt(index)
    if (a !== b) return unitRank(a) - unitRank(b)
  }
  return left.length - right.length
}

/** Surrogates stand for the highest code points, so they are moved behind U+FFFF. */
const unitRank = (unit: number) =>
  unit >= 0xd800 && unit <= 0xdfff ? unit + 0x2000 : unit >= 0xe000 ? unit - 0x800 : unit

/** Orders two stored values of one column. Missing values come first. */
export function compareValues(left: Value, right: Value): number {
  if (left === right) return 0
  if (left === null) return -1
  if (right === null) return 1
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right)
  return left < right ? -1 : left > right ? 1 : 0
}
