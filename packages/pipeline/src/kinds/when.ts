import { z } from 'zod'
import { unionOf } from '../expression/index.ts'
import { stepKind } from './kind.ts'
import { expressionText, stepList } from './step-list.ts'

/** Takes one of two ways. */
export const when = stepKind({
  name: 'when',
  summary: 'Runs steps where a condition is true, and others where it is not',
  config: z.strictObject({
    if: expressionText,
    then: stepList,
    else: stepList.optional().describe('Without it, the value passes through'),
  }),
  modes: ['command', 'workflow'],
  examples: [{ if: 'it.cents > 10000', then: [{ id: 'reduce', map: { cents: 'it.cents - 500' } }] }],
  nested: ({ then, else: otherwise }) => [
    { path: ['then'], steps: then },
    ...(otherwise ? [{ path: ['else'], steps: otherwise }] : []),
  ],
  expressions: ({ if: condition }) => [{ path: ['if'], text: condition }],
  type({ if: condition, then, else: otherwise }, typing) {
    typing.fits(typing.expression(condition, ['if']), { kind: 'boolean', nullable: true }, ['if'], 'the condition')
    const first = typing.steps(then, ['then'], typing.it)
    const second = otherwise ? typing.steps(otherwise, ['else'], typing.it) : { value: typing.it, drops: false }
    if (first.drops || second.drops) typing.drop()
    return unionOf([first.value, second.value])
  },
  command({ if: condition, then, else: otherwise }, building) {
    const test = building.expression(condition)
    const first = building.steps(then)
    const second = otherwise && building.steps(otherwise)
    return {
      run(frame) {
        if (test(frame) === true) return first(frame.inner(frame.it))
        return second ? second(frame.inner(frame.it)) : frame.it
      },
    }
  },
})
