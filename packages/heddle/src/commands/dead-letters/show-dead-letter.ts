import { command } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from '../subject.ts'
import { letterOrThrow, LettersRead, lettersOf, letterType, shown } from './letter-type.ts'

/** Shows a dead letter: its input, masked, and its errors. */
export const showDeadLetter = command('heddle.ShowDeadLetter', {
  kind: 'query',
  summary: 'Show a dead letter: its input, masked, and its errors',
  input: z.object({ id: z.string() }),
  output: letterType,
  access: 'heddle:operate',
  uses: [SubjectPort, LettersRead],
  async run({ input: { id }, ctx }) {
    const { letters } = lettersOf(ctx.use(SubjectPort))
    return shown(await letterOrThrow(letters, ctx.tenant, id))
  },
})
