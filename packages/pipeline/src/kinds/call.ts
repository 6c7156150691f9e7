import { z } from 'zod'
import { callable } from '../run/callable.ts'
import { inputType, valueType } from '../validate/command-types.ts'
import { stepKind } from './kind.ts'
import { shape, shapeExpressions } from './shape.ts'

/** Runs a command. */
export const call = stepKind({
  name: 'call',
  summary: 'Runs a command on the value',
  config: z.strictObject({
    command: z.string().describe('The full name of a command, or that of a function of the pipeline'),
    with: shape.optional().describe('What the command is given; without it, the value'),
  }),
  short: 'command',
  modes: ['command', 'workflow'],
  calls: true,
  examples: ['flights.ParseFlight', { command: 'bank.NotifyOwner', with: { account: 'it.from' } }],
  expressions: ({ with: given }) => (given === undefined ? [] : shapeExpressions(given, ['with'])),
  type({ command: name, with: given }, typing) {
    const command = typing.command(name, ['command'])
    const from = given === undefined ? typing.it : typing.shape(given, ['with'])
    if (!command) return { kind: 'unknown' }
    typing.fits(from, inputType(command), given === undefined ? ['command'] : ['with'], name)
    return valueType(command)
  },
  command: ({ command, with: given }, building) => callable(building, building.command(command), given),
})
