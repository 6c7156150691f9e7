import { shape, shapeExpressions } from './shape.ts'
import { stepKind } from './kind.ts'

/** Makes a new value of what the step may read. */
export const map = stepKind({
  name: 'map',
  summary: 'Makes a new value by expressions',
  config: shape,
  modes: ['command', 'workflow', 'job'],
  examples: ['it.items', { total: 'it.price * it.qty', late: 'it.delay > 15' }],
  expressions: (config) => shapeExpressions(config, []),
  job: { accepts: () => 'changes', value: 'made', mayPass: true },
  type: (config, typing) => typing.shape(config, []),
  command: (config, building) => ({ run: building.shape(config) }),
})
