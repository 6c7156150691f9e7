import { command } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from '../subject.ts'
import { lettersOf } from './letter-type.ts'
import { matching, matchType } from './match.ts'
import { UnknownJob, unknownPlace, UnknownStep } from './unknown-place.ts'

/** How many are removed in one write. */
const pageLimit = 200

/** Removes dead letters for good: some by their ids, or all that match, of those that are there when it begins. */
export const dropDeadLetters = command('heddle.DropDeadLetters', {
  summary: 'Remove dead letters for good: some by their ids, or all that match',
  destructive: true,
  input: matchType
    .extend({ ids: z.array(z.string()).min(1).max(1000).optional().describe('Only these, without anything else') })
    // Nothing at all would mean every letter there is, and of both it is not sure which is meant.
    .refine(({ ids, ...match }) => (ids === undefined) === Object.values(match).some((value) => value !== undefined), {
      error: 'expected either "ids", or at least one of "command", "job", "step" and "code"',
    }),
  output: z.object({ dropped: z.int() }),
  errors: { UnknownJob, UnknownStep },
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ input: { ids, ...match }, fail, ctx }) {
    const { running, letters } = lettersOf(ctx.use(SubjectPort))
    const { tenant, signal } = ctx
    if (ids) return { dropped: await letters.drop(tenant, ids) }
    // What fails from now on is not what was looked at before: it stays, and this comes to an end.
    const begun = ctx.clock.now()
    let dropped = 0
    let page: string[] = []
    const dropPage = async () => {
      signal.throwIfAborted()
      dropped += await letters.drop(tenant, page)
      page = []
      ctx.progress({ done: dropped, message: 'dropped' })
    }
    for await (const { id, at } of matching(letters, tenant, match)) {
      if (at > begun) continue
      if (page.push(id) === pageLimit) await dropPage()
    }
    if (page.length > 0) await dropPage()
    // A name that is not there matches nothing either, and was meant to match something.
    const unknown = dropped > 0 ? undefined : await unknownPlace(running, tenant, match)
    if (unknown) return 'job' in unknown ? fail.UnknownJob(unknown) : fail.UnknownStep(unknown)
    return { dropped }
  },
})
