import { command, type InputFor, type ValueOf } from '@heddle/core'
import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { prompt, type PromptMessages } from './prompt.ts'

const find = command('bank.FindTransfer', {
  kind: 'query',
  input: z.object({ id: z.string() }),
  output: z.object({ cents: z.int() }),
  access: 'public',
  run: () => ({ cents: 1 }),
})
const other = command('bank.Other', { input: z.object({}), output: z.null(), run: () => null })

const explain = prompt('bank.Explain', {
  input: z.object({ id: z.string(), words: z.int().default(100) }),
  calls: [find],
  async messages({ input, call }) {
    expectTypeOf(input).toEqualTypeOf<{ id: string; words: number }>()
    const { cents } = await call(find, input)
    expectTypeOf(cents).toEqualTypeOf<number>()
    // @ts-expect-error a command that is not listed
    await call(other, {})
    return [`Explain ${cents}`, { role: 'assistant', text: 'Well' }]
  },
})
expectTypeOf<InputFor<typeof explain>>().toEqualTypeOf<{ id: string; words?: number | undefined }>()
expectTypeOf<ValueOf<typeof explain>>().toEqualTypeOf<PromptMessages>()

// @ts-expect-error a message without a role
prompt('bank.Wrong', { input: z.object({}), messages: () => [{ text: 'x' }] })
// @ts-expect-error it has no body of its own
prompt('bank.Wrong', { input: z.object({}), messages: () => 'x', run: () => null })
