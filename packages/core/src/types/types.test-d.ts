import { z } from 'zod'
import { Email, integer, length, round, strip } from './index.ts'

// Types and blocks keep what Zod knows of them.
const user = z.object({ email: Email, age: integer(), name: z.string().check(strip(), ...length({ max: 5 })) })
export const output: { email: string; age: number; name: string } = user.parse({})

// @ts-expect-error: a text cannot be rounded
z.string().check(round())
// @ts-expect-error: `max` is a number
length({ max: '5' })
