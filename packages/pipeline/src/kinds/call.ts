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
    concurrency: z.int().min(1).max(1000).optional().describe('In a job: how many run at once; 16 by default'),
    ordered: z
      .boolean()
      .optional()
      .describe('In a job: whether values leave in the order in which they came; true by default'),
  }),
  short: 'command',
  modes: ['command', 'workflow', 'job'],
  calls: true,
  examples: ['flights.ParseFlight', { command: 'bank.NotifyOwner', with: { account: 'it.from' } }],
  expressions: ({ with: given }) => (given === undefined ? [] : shapeExpressions(given, ['with'])),
  job: { value: 'made', takesAll: ({ with: given }) => given === undefined, mayPass: true, isEnd: true },
  type({ command: name, with: given, ...more }, typing) {
    for (const field of ['concurrency', 'ordered'] as const) {
      if (typing.isJob || more[field] === undefined) continue
      const message = `Only a step of a job has ${field}: elsewhere it runs for one value`
      typing.tell({ about: 'mode', path: [field], message, found: field, ofName: true })
    }
    const command = typing.command(name, ['command'])
    const from = given === undefined ? typing.it : typing.shape(given, ['with'])
    if (!command) return { kind: 'unknown' }
    typing.fits(from, inputType(command), given === undefined ? ['command'] : ['with'], name)
    return valueType(command)
  },
  command: ({ command, with: given }, building) => callable(building, building.command(command), given),
})
