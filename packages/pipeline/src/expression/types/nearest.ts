/**
 * The one of some words that was probably meant: the one with the fewest letters to add, drop, change or swap, if these
 * are few for its length. The distance is that of Damerau and Levenshtein with adjacent swaps.
 *
 * @example nearest('delai', ['origin', 'delay']) // 'delay'
 */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase()
  let best: string | undefined
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of words) {
    const apart = distance(wanted, candidate.toLowerCase(), least)
    if (apart < least && apart < candidate.length) [best, least] = [candidate, apart]
  }
  return best
}

function distance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= left.length; i++) {
    const row = [i]
    for (let j = 1; j <= right.length; j++) {
      const cost = left[i - 1] === right[j - 1] ? 0 : 1
      row[j] = Math.min(row[j - 1]! + 1, rows[i - 1]![j]! + 1, rows[i - 1]![j - 1]! + cost)
      const isSwap = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      if (isSwap) row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1)
    }
    rows.push(row)
  }
  return rows[left.length]![right.length]!
}
