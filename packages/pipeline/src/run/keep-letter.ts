import { type AnyFailure, command, FailedCall, isLasting, Letters, letterOf, type NewDeadLetter } from '@heddle/core'
import { z } from 'zod'
import type { Evaluate, Executable, Run } from './executor.ts'
import { dropped } from './executor.ts'
import type { Frame } from './frame.ts'

type Letter = Omit<NewDeadLetter, 'tenant'>

/** Keeps what a step failed with. A command, so that it is in the unit of work of a call, and in the journal of a run. */
export const keepLetter = {
  ...command('heddle.KeepDeadLetter', {
    summary: 'Keep the call of a step that failed for good',
    input: z.custom<Letter>(),
    output: z.object({}),
    uses: [Letters],
    run({ input, ctx }) {
      ctx.use(Letters).keep(input)
      return {}
    },
  }),
  madeFrom: { template: 'heddle.Pipeline', config: {} },
}

/** A step whose failures are kept as dead letters; the value ends there. Failures of access and cancellation pass. */
export function keepingLetters({ attempt, asks }: Required<Executable>, id: string, origin?: Evaluate): Run {
  return async (frame) => {
    const outcome = await attempt(frame)
    if (outcome.ok) return outcome.value
    if (!outcome.errors.some(isLasting)) throw passed(outcome.errors, asks.command.name)
    const letter = letterOf(asks.command, asks.input(frame), outcome.errors)
    await frame.world.call(`${id}.letter`, keepLetter, { ...letter, ...originOf(frame, origin) })
    return dropped
  }
}

function originOf(frame: Frame, origin: Evaluate | undefined): Pick<Letter, 'origin'> {
  const text = origin?.(frame)
  return text === undefined || text === null ? {} : { origin: String(text) }
}

const passed = (errors: readonly AnyFailure[], through: string) =>
  new FailedCall(errors.map((failure) => failure.through(through)))
