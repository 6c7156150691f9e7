import {
  type AnyCommand,
  type AnyFailure,
  command,
  FailedCall,
  isLasting,
  Letters,
  letterOf,
  type NewDeadLetter,
} from '@heddle/core'
import { z } from 'zod'
import { failureHandling } from '../plan/on-error.ts'
import type { Plan, Step } from '../plan/plan.ts'
import { stepName } from '../plan/step-name.ts'
import type { Assembly } from './assembly.ts'
import { evaluateText } from './evaluate.ts'
import { dropped, type Evaluate, type Executable, type Run } from './executor.ts'
import type { Frame } from './frame.ts'

type Letter = Omit<NewDeadLetter, 'tenant'>

/** Keeps what a step failed with. A command, so that it is in the unit of work of a call, and in the journal of a run. */
const keepLetter = (plan: Plan, { id }: Step): AnyCommand => ({
  ...command(stepName(plan, id, 'Letter'), {
    summary: `Keeps the calls of "${id}" in ${plan.pipeline} that fail for good`,
    input: z.custom<Letter>(),
    output: z.object({}),
    uses: [Letters],
    run({ input, ctx }) {
      ctx.use(Letters).keep(input)
      return {}
    },
  }),
  madeFrom: { template: plan.pipeline, config: { step: id } },
})

/** A step whose failures are kept as dead letters; the value ends there. Failures of access and cancellation pass. */
export function keepingLetters(step: Step, plan: Plan, assembly: Assembly, executable: Executable): Run {
  const { attempt, asks } = executable as Required<Executable>
  const keep = assembly.command(keepLetter(plan, step))
  const { origin } = failureHandling(step)
  const tellOrigin = origin === undefined ? undefined : evaluateText(origin)
  return async (frame) => {
    const outcome = await attempt(frame)
    if (outcome.ok) return outcome.value
    if (!outcome.errors.some(isLasting)) throw passed(outcome.errors, asks.command.name)
    const letter = letterOf(asks.command, asks.input(frame), outcome.errors)
    await frame.world.call(`${step.id}.letter`, keep, { ...letter, ...originOf(frame, tellOrigin) })
    return dropped
  }
}

function originOf(frame: Frame, origin: Evaluate | undefined): Pick<Letter, 'origin'> {
  const text = origin?.(frame)
  return text === undefined || text === null ? {} : { origin: String(text) }
}

const passed = (errors: readonly AnyFailure[], through: string) =>
  new FailedCall(errors.map((failure) => failure.through(through)))
