import { command } from '@heddle/core'
import { z } from 'zod'
import { wholeCallType } from '../call-type.ts'
import { Calls } from '../calls.ts'

/** Shows a call with its input, in which what is marked is masked. */
export const showCall = command('heddle.ShowCall', {
  kind: 'query',
  summary: 'Show a call with its input, masked',
  input: z.object({ id: z.string() }),
  output: wholeCallType,
  access: 'heddle:operate',
  uses: [Calls],
  async run({ input: { id }, ctx }) {
    const { input, ...call } = await ctx.use(Calls).getOrThrow(id)
    return { ...call, input }
  },
})
