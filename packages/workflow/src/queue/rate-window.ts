/** Into how many stretches the time of a rate is divided: what began in one is forgotten together. */
const stretches = 64

/** How many runs begin within a time. */
export interface Rate {
  readonly limit: number
  readonly perMs: number
}

/** How many began in which stretch of time, by the number of the stretch; the oldest first. */
export type Began = readonly (readonly [stretch: number, count: number])[]

/**
 * Asks for one more beginning. Never more than the limit lie in any span of the time, wherever it starts: a beginning counts
 * from the end of its stretch, so it is forgotten a little late (at most a 64th of the time) and never too early. A clock
 * that was put back stands still for it.
 *
 * @returns what began, this one included; or when to ask again
 */
export function begin(began: Began, { limit, perMs }: Rate, now: number): { began: Began } | { again: number } {
  const size = Math.max(1, perMs / stretches)
  const latest = began.at(-1)?.[0] ?? -Infinity
  const stretch = Math.max(Math.floor(now / size), latest)
  const counted = began.filter(([number]) => (number + 1) * size > stretch * size - perMs)
  const total = counted.reduce((sum, [, count]) => sum + count, 0)
  if (total >= limit) return { again: Math.ceil((counted[0]![0] + 1) * size + perMs) }
  const isSame = latest === stretch
  const own = isSame ? counted.at(-1)![1] + 1 : 1
  return { began: [...(isSame ? counted.slice(0, -1) : counted), [stretch, own]] }
}
