import { isPromise } from '@heddle/core'
import { z } from 'zod'
import { typeOfSchema } from '../expression/index.ts'
import { fitted } from '../run/fitted.ts'
import { stepKind } from './kind.ts'
import { shape, shapeExpressions } from './shape.ts'

/** Tells a fact, which is written with everything else or not at all. */
export const emit = stepKind({
  name: 'emit',
  summary: 'Emits an event; the value passes through',
  config: z.strictObject({
    event: z.string().describe('The full name of an event'),
    data: shape.optional().describe('What it tells; without it, the value'),
  }),
  short: 'event',
  modes: ['command', 'workflow'],
  examples: ['order.Placed', { event: 'order.Placed', data: { order: 'it.id' } }],
  expressions: ({ data }) => (data === undefined ? [] : shapeExpressions(data, ['data'])),
  type({ event: name, data }, typing) {
    const event = typing.event(name, ['event'])
    const from = data === undefined ? typing.it : typing.shape(data, ['data'])
    if (event) typing.fits(from, typeOfSchema(event.data, 'input'), data === undefined ? ['event'] : ['data'], name)
    return typing.it
  },
  command({ event: name, data }, building) {
    const event = building.event(name)
    const { id } = building.step
    const told = fitted(typeOfSchema(event.data, 'input'), data === undefined ? undefined : building.shape(data))
    return {
      run(frame) {
        const { it } = frame
        const emitted = frame.world.emit(id, event, told ? told(frame) : it)
        return isPromise(emitted) ? emitted.then(() => it) : it
      },
    }
  },
})
