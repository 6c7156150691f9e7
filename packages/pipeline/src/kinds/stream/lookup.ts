import { z } from 'zod'
import { inputType, valueType } from '../../validate/command-types.ts'
import { shape, shapeExpressions } from '../shape.ts'
import { fieldName, withField } from './added.ts'
import { streamKind } from './stream-kind.ts'

/** Asks a command about each record, and adds what it gives. */
export const lookup = streamKind({
  name: 'lookup',
  summary: 'Adds to each record what a command gives for it',
  config: z.strictObject({
    command: z.string().describe('The full name of a command, or that of a function of the job'),
    with: shape.optional().describe('What the command is given; without it, the record'),
    as: fieldName.describe('The field that it becomes'),
    concurrency: z.int().min(1).max(1000).default(16).describe('How many are asked at once'),
    ordered: z.boolean().default(true).describe('Whether records leave in the order in which they came'),
  }),
  examples: [{ command: 'flights.ShowAirport', with: { code: 'it.origin' }, as: 'airport' }],
  calls: true,
  expressions: ({ with: given }) => (given === undefined ? [] : shapeExpressions(given, ['with'])),
  job: {
    value: 'added',
    adds: ({ as }) => [as],
    takesAll: ({ with: given }) => given === undefined,
    mayPass: true,
  },
  detail: ({ command, as }) => `${as} by ${command}`,
  type({ command: name, with: given, as }, typing) {
    const command = typing.command(name, ['command'])
    const from = given === undefined ? typing.it : typing.shape(given, ['with'])
    if (command) typing.fits(from, inputType(command), given === undefined ? ['command'] : ['with'], name)
    return withField(as, command ? valueType(command) : { kind: 'unknown' }, typing)
  },
})
