import { z } from 'zod'
import { command } from '../command/command.ts'
import type { InputFor } from '../command/types.ts'
import { fromCaller } from './from-caller.ts'

const post = command('forum.Post', {
  input: z.object({ text: z.string(), author: fromCaller(z.string(), ({ principal }) => principal?.id) }),
  output: z.string(),
  // The body always has it.
  run: ({ input: { author } }): string => author,
})

// Who calls may leave it out.
export const without: InputFor<typeof post> = { text: 'hi' }
export const given: InputFor<typeof post> = { text: 'hi', author: 'ann' }

// @ts-expect-error: what is filled in has the type of the field
fromCaller(z.string(), ({ principal }) => principal?.permissions)
