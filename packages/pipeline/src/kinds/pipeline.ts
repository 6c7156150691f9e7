import { z } from 'zod'
import { callable } from '../run/callable.ts'
import { inputType, valueType } from '../validate/command-types.ts'
import { stepKind } from './kind.ts'
import { shape, shapeExpressions } from './shape.ts'

/** Runs another pipeline, with parameters of its own. */
export const pipelineStep = stepKind({
  name: 'pipeline',
  summary: 'Runs another pipeline on the value, with parameters of its own',
  config: z.strictObject({
    name: z.string().describe('The full name of a pipeline that is imported or given'),
    parameters: z.record(z.string(), z.json()).default({}),
    with: shape.optional().describe('What it is given; without it, the value'),
  }),
  short: 'name',
  modes: ['command', 'workflow'],
  calls: true,
  examples: ['shop.PriceOrder', { name: 'shop.PriceOrder', parameters: { taxRate: 7 } }],
  expressions: ({ with: given }) => (given === undefined ? [] : shapeExpressions(given, ['with'])),
  type({ name, parameters, with: given }, typing) {
    const command = typing.pipeline(name, ['name'], parameters)
    const from = given === undefined ? typing.it : typing.shape(given, ['with'])
    if (!command) return { kind: 'unknown' }
    typing.fits(from, inputType(command), given === undefined ? ['name'] : ['with'], name)
    return valueType(command)
  },
  command: ({ name, parameters, with: given }, building) =>
    callable(building, building.pipeline(name, parameters), given),
})
