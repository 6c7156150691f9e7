/** Into how many stretches the time of a rate is divided: what began in one is forgotten together. */
const stretches = 64

/** How many runs begin within a time. */
export interface Rate {
  readonly limit: number
  readonly perMs: number
}

/** How many began in which stretch of time, by the number of the stretch; the oldest first. */
export type Began = readonly (readonly [stretch: number, count: number])[]

/** What counts at a time: in which stretch it lies, and what began within the time before. */
function counted(began: Began, perMs: number, now: number): { size: number; stretch: number; counted: Began } {
  const size = Math.max(1, perMs / stretches)
  const stretch = Math.max(Math.floor(now / size), began.at(-1)?.[0] ?? -Infinity)
  return { size, stretch, counted: began.filter(([number]) => (number + 1) * size > stretch * size - perMs) }
}

const sum = (began: Began): number => began.reduce((total, [, count]) => total + count, 0)

/** How many of the beginnings that a rate allows are used up. */
export const usedOf = (began: Began, { perMs }: Rate, now: number): number => sum(counted(began, perMs, now).counted)

/**
 * Asks for one more beginning. Never more than the limit lie in any span of the time, wherever it starts: a beginning counts
 * from the end of its stretch, so it is forgotten a little late (at most a 64th of the time) and never too early. A clock
 * that was put back stands still for it.
 *
 * @returns what began, this one included; or when to ask again
 */
export function begin(began: Began, { limit, perMs }: Rate, now: number): { began: Began } | { again: number } {
  const { size, stretch, counted: lately } = counted(began, perMs, now)
  if (sum(lately) >= limit) return { again: Math.ceil((lately[0]![0] + 1) * size + perMs) }
  const isSame = lately.at(-1)?.[0] === stretch
  const own = isSame ? lately.at(-1)![1] + 1 : 1
  return { began: [...(isSame ? lately.slice(0, -1) : lately), [stretch, own]] }
}
