/** The value below which a share of the numbers lies, interpolated. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN]
  return low + (high - low) * (at - Math.floor(at))
}

/** The middle of the numbers. */
export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5)

/** The quartiles around the median. */
export const quartiles = (numbers: readonly number[]): [number, number] => [
  quantile(numbers, 0.25),
  quantile(numbers, 0.75),
]
