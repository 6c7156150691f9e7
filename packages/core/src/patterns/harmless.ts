import { z } from 'zod'

/**
 * The patterns that Zod writes for its own formats, by their text: every app of ours tells some of them. They are not of a
 * stranger, and JavaScript's own engine runs them quickly whatever the text.
 */
export const harmless: ReadonlyMap<string, RegExp> = new Map(
  Object.values(z.regexes)
    .filter((each) => each instanceof RegExp)
    .map((pattern) => [pattern.source, pattern]),
)
