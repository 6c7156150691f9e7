import { command } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from '../subject.ts'
import { LettersRead, lettersOf, listed, listedType } from './letter-type.ts'
import { matching, matchType } from './match.ts'

/** Lists the calls that failed for good, the oldest first. */
export const listDeadLetters = command('heddle.ListDeadLetters', {
  kind: 'query',
  summary: 'List the calls that failed for good, the oldest first',
  input: matchType.extend({
    after: z.string().optional().describe('`next` of the page before'),
    limit: z.int().min(1).max(1000).default(100),
  }),
  output: z.object({ letters: z.array(listedType), next: z.string().optional() }),
  access: 'heddle:operate',
  uses: [SubjectPort, LettersRead],
  async run({ input: { limit, after, ...match }, ctx }) {
    const { letters } = lettersOf(ctx.use(SubjectPort))
    const found: z.infer<typeof listedType>[] = []
    for await (const letter of matching(letters, ctx.tenant, match, after)) {
      if (found.length === limit) return { letters: found, next: found.at(-1)!.id }
      found.push(listed(letter))
    }
    return { letters: found }
  },
})
