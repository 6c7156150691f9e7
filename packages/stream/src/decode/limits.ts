/** What a decoder accepts of a line where nothing else is said. */
export const lineLimits = { maxLineBytes: 1024 * 1024, maxDepth: 64 } as const

/** How much of a bad record is kept with it, in characters (limit `decode.kept`): a longer one cannot be read again from its letter. */
export const mostTextOfBad = 8_192
