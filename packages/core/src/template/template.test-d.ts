import { z } from 'zod'
import type { Command } from '../command/types.ts'
import { command } from '../command/command.ts'
import { template } from './template.ts'

const made = template('text.Cut', {
  config: z.object({ most: z.int().default(3) }),
  build: ({ most }) =>
    command('text.Cut', {
      input: z.object({ text: z.string() }),
      output: z.string(),
      errors: { Empty: z.object({ most: z.int() }) },
      run: ({ input, fail }) => (input.text === '' ? fail.Empty({ most }) : input.text.slice(0, most)),
    }),
})

const same = made.configure({})
const renamed = made.configure({ most: 2 }, 'blog.Cut')

export const name: 'text.Cut' = same.name
export const other: 'blog.Cut' = renamed.name
export const typed: Command<'blog.Cut', { text: string }, string> = renamed

// @ts-expect-error: the config has its type
made.configure({ most: 'two' })
