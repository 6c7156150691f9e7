import { command, type DeadLetter, Defect, type FailureJson, replayKey } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from '../subject.ts'
import { letterOrThrow, lettersOf } from './letter-type.ts'
import { matching, matchType } from './match.ts'

/**
 * Calls what failed once more, one after another, with the recorded input. A letter whose call succeeds is dropped, one
 * that fails again stays with its new errors. The calls are the app's own: who may operate it need not be allowed each
 * command by itself.
 */
export const replayDeadLetters = command('heddle.ReplayDeadLetters', {
  summary: 'Call what failed for good once more; what succeeds is dropped',
  input: matchType.extend({
    ids: z.array(z.string()).max(1000).optional().describe('Only these'),
    limit: z.int().min(1).max(100_000).default(100).describe('Stop after this many'),
  }),
  output: z.object({
    replayed: z.int().describe('How many succeeded'),
    failed: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })),
  }),
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ input: { ids, limit, ...match }, ctx }) {
    const { running, letters } = lettersOf(ctx.use(SubjectPort))
    const { tenant, signal } = ctx
    const chosen: DeadLetter[] = []
    if (ids) for (const id of ids) chosen.push(await letterOrThrow(letters, tenant, id))
    else {
      for await (const letter of matching(letters, tenant, match)) {
        if (chosen.push(letter) === limit) break
      }
    }
    const failed: { id: string; code: string; message: string }[] = []
    for (const [index, letter] of chosen.entries()) {
      signal.throwIfAborted()
      const errors = await replay(letter)
      const [first] = errors
      if (first) failed.push({ id: letter.id, code: first.code, message: first.message })
      ctx.progress({ done: index + 1, total: chosen.length, message: letter.command })
    }
    return { replayed: chosen.length - failed.length, failed }

    async function replay(letter: DeadLetter): Promise<readonly Pick<FailureJson, 'code' | 'message'>[]> {
      const { id } = letter
      let kept: { readonly input: unknown } | undefined
      try {
        kept = await letters.inputOf(tenant, id)
      } catch (thrown) {
        if (!(thrown instanceof Defect)) throw thrown
        return [{ code: thrown.code, message: thrown.message }]
      }
      // Somebody else replayed or dropped it meanwhile.
      if (!kept) return []
      const options = { tenant, idempotencyKey: replayKey(letter), from: 'json', signal, surface: 'replay' } as const
      const outcome = await running.callByName(letter.command, kept.input, options)
      if (outcome.ok) {
        await letters.drop(tenant, [id])
        return []
      }
      const errors = outcome.errors.map((failure) => failure.toJSON())
      await letters.failedAgain(letter, errors)
      return errors
    }
  },
})
