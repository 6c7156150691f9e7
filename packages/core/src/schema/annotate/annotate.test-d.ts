import { z } from 'zod'
import { pii, sensitive } from './annotate.ts'

// A marked type is of the same type, so its checks and both of its sides are still known.
const password: z.ZodString = sensitive(z.string()).min(12)
const born: z.ZodOptional<z.ZodDate> = pii(z.date().optional())
const login = z.object({ password, born })
export const value: z.infer<typeof login> = { password: 'correct horse', born: new Date(0) }

// @ts-expect-error: what is no type cannot be marked
sensitive('password')
