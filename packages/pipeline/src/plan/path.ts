/** The way to a place in a plan, e.g. `['steps', 2, 'when', 'then', 0, 'if']`. */
export type PlanPath = readonly (string | number)[]

/** The part of a way that leads through what was written: a bare value has no field of the name that it stands for. */
export function writtenPath(given: unknown, path: PlanPath): PlanPath {
  let value = given
  for (const [index, part] of path.entries()) {
    const isInside = typeof value === 'object' && value !== null && Array.isArray(value) === (typeof part === 'number')
    if (!isInside) return path.slice(0, index)
    value = (value as Record<string | number, unknown>)[part]
  }
  return path
}
