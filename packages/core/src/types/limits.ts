import { z } from 'zod'

const options = { error: 'expected "min", "max" or both, and "min" not above "max"' }

/** The arguments `min` and `max`, of which one may be left out. */
export function limitArgs<T extends z.ZodType<number>>(type: T, least: string, most: string) {
  return z
    .object({ min: type.optional().describe(least), max: type.optional().describe(most) })
    .refine(({ min, max }) => (min ?? max) !== undefined && (min ?? -Infinity) <= (max ?? Infinity), options)
}
