import { command, exposed, sensitive } from '@heddle/core'
import { z } from 'zod'
import { Calls, CallSecrets } from '../calls.ts'

/**
 * Decrypts the input of a call. It wants a permission of its own, and is no query, so that history keeps who looked.
 *
 * @throws {Defect} Undecryptable
 */
export const revealCall = command('heddle.RevealCall', {
  summary: 'Decrypt the whole input of a call',
  input: z.object({ id: z.string() }),
  output: z.object({ input: exposed(sensitive(z.unknown())) }),
  access: 'heddle:reveal',
  uses: [Calls, CallSecrets],
  async run({ input: { id }, ctx }) {
    await ctx.use(Calls).getOrThrow(id)
    return { input: await ctx.use(CallSecrets).inputOf(id) }
  },
})
