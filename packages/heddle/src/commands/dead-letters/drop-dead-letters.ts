import { command } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from '../subject.ts'
import { lettersOf } from './letter-type.ts'

/** Removes dead letters for good. */
export const dropDeadLetters = command('heddle.DropDeadLetters', {
  summary: 'Remove dead letters for good',
  destructive: true,
  input: z.object({ ids: z.array(z.string()).min(1).max(1000) }),
  output: z.object({ dropped: z.int() }),
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ input: { ids }, ctx }) {
    const { letters } = lettersOf(ctx.use(SubjectPort))
    return { dropped: await letters.drop(ctx.tenant, ids) }
  },
})
