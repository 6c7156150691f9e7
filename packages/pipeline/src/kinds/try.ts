import { FailedCall } from '@heddle/core'
import { z } from 'zod'
import { failureOf } from '../run/failure-of.ts'
import { errorType } from '../validate/error-type.ts'
import { unionOf } from '../expression/index.ts'
import { stepKind } from './kind.ts'
import { stepList } from './step-list.ts'

/** Runs steps whose writes are undone when one fails, and then others. */
export const tryStep = stepKind({
  name: 'try',
  summary: 'Runs steps; when one fails, undoes what they wrote and runs others, which read the failure as error',
  config: z.strictObject({
    steps: stepList,
    catch: stepList.describe('They read what the first steps read, and the failure as error'),
    codes: z.array(z.string()).min(1).optional().describe('Only failures with these codes; without it, all'),
  }),
  modes: ['command', 'workflow'],
  examples: [{ steps: [{ id: 'pay', call: 'pay.Charge' }], catch: [{ id: 'unpaid', map: { paid: false } }] }],
  nested: ({ steps, catch: rescue }) => [
    { path: ['steps'], steps },
    { path: ['catch'], steps: rescue },
  ],
  type({ steps, catch: rescue }, typing) {
    const tried = typing.steps(steps, ['steps'], typing.it)
    const caught = typing.steps(rescue, ['catch'], typing.it, { error: errorType })
    if (tried.drops || caught.drops) typing.drop()
    return unionOf([tried.value, caught.value])
  },
  command({ steps, catch: rescue, codes }, building) {
    const tried = building.isolate((inner) => inner.steps(steps))
    const caught = building.steps(rescue)
    return {
      async run(frame) {
        const { it } = frame
        const outcome = await tried(frame.inner(it))
        if (outcome.ok) return outcome.value
        const failure = outcome.errors.find(({ code }) => codes === undefined || codes.includes(code))
        if (failure === undefined) throw new FailedCall(outcome.errors)
        return caught(frame.inner(it, { error: failureOf(failure) }))
      },
    }
  },
})
