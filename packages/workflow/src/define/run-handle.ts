import { z } from 'zod'

/** A run, as those see it who started it. */
export const runHandle = z.object({ run: z.string(), workflow: z.string(), state: z.string() })
