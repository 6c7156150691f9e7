import { z } from 'zod'
import { nearest } from '../../expression/types/nearest.ts'
import { unionOf } from '../../expression/types/union-of.ts'
import { typeOfKey } from '../../validate/job-typing.ts'
import { shape, shapeExpressions } from '../shape.ts'
import { expressionText } from '../step-list.ts'
import { by, byExpressions, groupNames, typeBy } from './by.ts'
import { streamKind } from './stream-kind.ts'

const state = z.string().regex(/^[a-z]\w*$/, 'Invalid name: expected e.g. open')

const machineConfig = z.strictObject({
  by,
  initial: state.describe('The state of a key that is new'),
  states: z
    .record(
      state,
      z.strictObject({
        on: z
          .array(z.strictObject({ if: expressionText, to: state, give: shape.optional() }))
          .default([])
          .describe('Where to go: the first whose condition is true'),
      }),
    )
    .describe('The states by name'),
})

type Machine = z.output<typeof machineConfig>

const transitions = ({ states }: Machine) =>
  Object.entries(states).flatMap(([name, { on }]) =>
    on.map((transition, index) => ({ ...transition, path: ['states', name, 'on', index] as const })),
  )

/** A state for each key, that records change. */
export const machine = streamKind({
  name: 'machine',
  summary: 'Keeps a state per key that records change in event time, and gives a record where a change says so',
  config: machineConfig,
  examples: [
    {
      by: 'it.order',
      initial: 'new',
      states: {
        new: { on: [{ if: 'it.kind == "paid"', to: 'paid' }] },
        paid: { on: [{ if: 'it.kind == "sent"', to: 'sent', give: { order: 'key', at: 'it.at' } }] },
        sent: {},
      },
    },
  ],
  expressions: (config) => [
    ...byExpressions(config.by, ['by']),
    ...transitions(config).flatMap(({ path, if: condition, give }) => [
      { path: [...path, 'if'], text: condition },
      ...(give === undefined ? [] : shapeExpressions(give, [...path, 'give'])),
    ]),
  ],
  job: { value: 'made', sides: () => ['late'] },
  detail: ({ by: given, states }) => `${Object.keys(states).join(', ')} by ${groupNames(given).join(', ')}`,
  type(config, typing) {
    const key = typeBy(config.by, ['by'], typing)
    typing.rekey(key)
    const names = Object.keys(config.states)
    const known = (name: string, path: readonly (string | number)[]) => {
      if (Object.hasOwn(config.states, name)) return
      const suggestion = nearest(name, names)
      typing.tell({
        about: 'name',
        path,
        message: `There is no state "${name}"`,
        expected: names.join(', '),
        suggestion,
      })
    }
    known(config.initial, ['initial'])
    const scope = { key: typeOfKey(key), state: { kind: 'string', values: names } } as const
    const given = transitions(config).flatMap(({ path, if: condition, to, give }) => {
      const type = typing.expression(condition, [...path, 'if'], scope)
      typing.fits(type, { kind: 'boolean', nullable: true }, [...path, 'if'], 'the condition')
      known(to, [...path, 'to'])
      return give === undefined ? [] : [typing.shape(give, [...path, 'give'], scope)]
    })
    if (given.length === 0) {
      typing.tell({
        about: 'shape',
        path: ['states'],
        message: 'No change gives a record, so nothing ever comes of it',
      })
    }
    return unionOf(given)
  },
})
