import { command, type DeadLetter, Defect, type FailureJson, replayKey, systemFailure } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from '../subject.ts'
import { isOfJob, letterOrThrow, lettersOf } from './letter-type.ts'
import { matching, matchType } from './match.ts'
import { UnknownJob, unknownPlace, UnknownStep } from './unknown-place.ts'

/** The command by which jobs take letters back. */
const takesBack = 'heddle.ReplayJobLetters'

interface GivenBack {
  readonly queued: { job: string; letters: number; message: string }[]
  readonly failed: { id: string; code: string; message: string }[]
}

/**
 * Calls what failed once more, one after another, with the recorded input. A letter whose call succeeds is dropped, one
 * that fails again stays with its new errors. The calls are the app's own: who may operate it need not be allowed each
 * command by itself. The records of jobs go into their jobs again, where they failed.
 */
export const replayDeadLetters = command('heddle.ReplayDeadLetters', {
  summary: 'Call what failed for good once more, or give it back to its job; what succeeds is dropped',
  input: matchType.extend({
    ids: z.array(z.string()).max(1000).optional().describe('Only these'),
    limit: z.int().min(1).max(100_000).default(100).describe('Stop after this many'),
  }),
  output: z.object({
    replayed: z.int().describe('How many succeeded'),
    queued: z
      .array(z.object({ job: z.string(), letters: z.int(), message: z.string() }))
      .describe('Letters of jobs wait until their jobs take them: how many, and when'),
    failed: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })),
    remaining: z.int().describe('How many more match, and were left for want of `limit`'),
  }),
  errors: { UnknownJob, UnknownStep },
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ input: { ids, limit, ...match }, fail, ctx }) {
    const { running, letters } = lettersOf(ctx.use(SubjectPort))
    const { tenant, signal } = ctx
    const chosen: DeadLetter[] = []
    let remaining = 0
    if (ids) for (const id of ids) chosen.push(await letterOrThrow(letters, tenant, id))
    else {
      for await (const letter of matching(letters, tenant, match)) {
        if (chosen.length < limit) chosen.push(letter)
        else if (letter.queuedFor === undefined) remaining++
      }
    }
    // A name that is not there matches nothing either, and was meant to match something.
    const unknown = chosen.length > 0 || ids ? undefined : await unknownPlace(running, tenant, match)
    if (unknown) return 'job' in unknown ? fail.UnknownJob(unknown) : fail.UnknownStep(unknown)
    // The record of a job goes into the job again: its place is a step, a source or a sink.
    const [ofJobs, ofCommands] = [chosen.filter(isOfJob), chosen.filter((letter) => !isOfJob(letter))]
    const { queued, failed } = await giveBack(ofJobs)
    for (const [index, letter] of ofCommands.entries()) {
      signal.throwIfAborted()
      const errors = await replay(letter)
      const [first] = errors
      if (first) failed.push({ id: letter.id, code: first.code, message: first.message })
      ctx.progress({ done: index + 1, total: ofCommands.length, message: letter.command })
    }
    const waiting = queued.reduce((sum, { letters: count }) => sum + count, 0)
    return { replayed: chosen.length - failed.length - waiting, queued, failed, remaining }

    async function giveBack(given: readonly DeadLetter[]): Promise<GivenBack> {
      if (given.length === 0) return { queued: [], failed: [] }
      if (!running.commands.has(takesBack)) {
        const failures = given.map(({ id, command: place }) => {
          const [job = ''] = place.split('/')
          const data = { id, job, reason: `there is no job "${job}" in this app` }
          const { code, message } = systemFailure('LetterNotCallable', data).toJSON()
          return { id, code, message }
        })
        return { queued: [], failed: failures }
      }
      const ids = given.map(({ id }) => id)
      const outcome = await running.callByName(takesBack, { ids }, { tenant, signal, surface: 'replay' })
      if (!outcome.ok) throw outcome.errors[0]!
      return outcome.value as GivenBack
    }

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
