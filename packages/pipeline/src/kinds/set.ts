import { z } from 'zod'
import { stepKind } from './kind.ts'
import { shape, shapeExpressions } from './shape.ts'

/** Names values for the steps behind; what it reads passes through. */
export const set = stepKind({
  name: 'set',
  summary: 'Names values: the steps behind read them as vars.name',
  config: z.record(z.string().regex(/^[a-zA-Z]\w*$/, 'Invalid name'), shape),
  modes: ['command', 'workflow'],
  examples: [{ rate: 'parameters.taxRate / 100' }],
  expressions: (config) => Object.entries(config).flatMap(([name, value]) => shapeExpressions(value, [name])),
  type(config, typing) {
    // All are made before any is known: they cannot read each other, so their order does not count.
    const types = Object.entries(config).map(([name, value]) => [name, typing.shape(value, [name])] as const)
    for (const [name, type] of types) typing.define(name, type)
    return typing.it
  },
  command(config, building) {
    const values = Object.entries(config).map(([name, value]) => [name, building.shape(value)] as const)
    return {
      run(frame) {
        const made = values.map(([name, value]) => [name, value(frame)] as const)
        frame.vars = { ...frame.vars, ...Object.fromEntries(made) }
        return frame.it
      },
    }
  },
})
