import { z } from 'zod'
import { inputType } from '../validate/command-types.ts'
import { stepKind } from './kind.ts'
import { shape, shapeExpressions } from './shape.ts'

/** Declares how to undo what was done so far: it runs when a later step fails, the last one first. */
export const compensate = stepKind({
  name: 'compensate',
  summary: 'Declares a command that undoes what was done, should a later step fail; the value passes through',
  config: z.strictObject({
    command: z.string().describe('The full name of the command that undoes'),
    with: shape.optional().describe('What it is given; without it, the value'),
  }),
  short: 'command',
  modes: ['workflow'],
  examples: [{ command: 'pay.Refund', with: { payment: 'it.id' } }],
  expressions: ({ with: given }) => (given === undefined ? [] : shapeExpressions(given, ['with'])),
  type({ command: name, with: given }, typing) {
    const command = typing.command(name, ['command'])
    const from = given === undefined ? typing.it : typing.shape(given, ['with'])
    if (command) typing.fits(from, inputType(command), given ? ['with'] : ['command'], name)
    return typing.it
  },
})
