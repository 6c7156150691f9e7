import { z } from 'zod'

/** A duration such as `250ms`, `2s` or `7d`. */
export const duration = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d|w)$/, 'a duration is written like 250ms, 2s or 7d')

/** Who else shares what a policy holds: all that give the same name. Without one a command has its own. */
export const sharedName = z.string().min(1).max(100)
