/** A value with what it counts for. */
interface Weighed {
  readonly value: unknown
  readonly weight: number
}

/**
 * The average of numbers, or of each field of records of numbers. What is null does not count; null where nothing does.
 */
export function weightedAverage(values: readonly Weighed[]): unknown {
  const records = values.filter(({ value }) => typeof value === 'object' && value !== null)
  if (records.length === 0) return averageOf(values)
  const names = new Set(records.flatMap(({ value }) => Object.keys(value as object)))
  return Object.fromEntries(
    Array.from(names, (name) => [
      name,
      averageOf(records.map(({ value, weight }) => ({ value: (value as Record<string, unknown>)[name], weight }))),
    ]),
  )
}

function averageOf(values: readonly Weighed[]): number | null {
  let [sum, weights] = [0, 0]
  for (const { value, weight } of values) {
    if (typeof value !== 'number') continue
    sum += value * weight
    weights += weight
  }
  return weights === 0 ? null : sum / weights
}
