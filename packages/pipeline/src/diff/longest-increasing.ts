/** The indexes of a longest increasing part of a list of different numbers. */
export function longestIncreasing(numbers: readonly number[]): ReadonlySet<number> {
  // ends[n] is the index of the least number that ends an increasing part of n + 1 numbers.
  const ends: number[] = []
  const before: (number | undefined)[] = []
  for (const [index, number] of numbers.entries()) {
    let low = 0
    for (let high = ends.length; low < high;) {
      const middle = (low + high) >> 1
      if (numbers[ends[middle]!]! < number) low = middle + 1
      else high = middle
    }
    before[index] = ends[low - 1]
    ends[low] = index
  }
  const kept = new Set<number>()
  for (let index = ends.at(-1); index !== undefined; index = before[index]) kept.add(index)
  return kept
}
