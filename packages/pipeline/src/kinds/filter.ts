import { dropped } from '../run/executor.ts'
import { stepKind } from './kind.ts'
import { expressionText } from './step-list.ts'

/** Lets values through for which a condition is true. */
export const filter = stepKind({
  name: 'filter',
  summary: 'Lets a value through where a condition is true; else it ends there',
  config: expressionText,
  modes: ['command', 'workflow', 'job'],
  examples: ['it.delay > 15'],
  expressions: (text) => [{ path: [], text }],
  job: { accepts: () => 'changes', value: 'same' },
  type(text, typing) {
    typing.fits(typing.expression(text, []), { kind: 'boolean', nullable: true }, [], 'the condition')
    typing.drop()
    return typing.it
  },
  command(text, building) {
    const test = building.expression(text)
    return { run: (frame) => (test(frame) === true ? frame.it : dropped) }
  },
})
