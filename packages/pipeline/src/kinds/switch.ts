import { z } from 'zod'
import { nearest } from '../expression/index.ts'
import { unionOf } from '../expression/index.ts'
import { stepKind } from './kind.ts'
import { expressionText, stepList } from './step-list.ts'

/** Takes the way that a value names. */
export const switchStep = stepKind({
  name: 'switch',
  summary: 'Runs the steps of the case that a value names',
  config: z.strictObject({
    on: expressionText,
    cases: z.record(z.string(), stepList).describe('Texts, or numbers and booleans as text, with their steps'),
    default: stepList.optional().describe('Without it, the value passes through'),
  }),
  modes: ['command', 'workflow'],
  examples: [{ on: 'it.kind', cases: { gift: [{ id: 'free', map: { cents: 0 } }] } }],
  nested: ({ cases, default: otherwise }) => [
    ...Object.entries(cases).map(([name, steps]) => ({ path: ['cases', name], steps })),
    ...(otherwise ? [{ path: ['default'], steps: otherwise }] : []),
  ],
  expressions: ({ on }) => [{ path: ['on'], text: on }],
  type({ on, cases, default: otherwise }, typing) {
    const type = typing.expression(on, ['on'])
    const values = type.kind === 'string' ? type.values : undefined
    const ways = Object.entries(cases).map(([name, steps]) => {
      if (values && !values.includes(name)) {
        typing.tell({
          about: 'type',
          path: ['cases', name],
          message: `The case "${name}" can never be`,
          expected: values.join(' | '),
          suggestion: nearest(name, values),
        })
      }
      return typing.steps(steps, ['cases', name], typing.it)
    })
    if (otherwise) ways.push(typing.steps(otherwise, ['default'], typing.it))
    else if (!values?.every((value) => value in cases) || type.nullable) ways.push({ value: typing.it, drops: false })
    if (ways.some(({ drops }) => drops)) typing.drop()
    return unionOf(ways.map(({ value }) => value))
  },
  command({ on, cases, default: otherwise }, building) {
    const value = building.expression(on)
    const ways = new Map(Object.entries(cases).map(([name, steps]) => [name, building.steps(steps)]))
    const rest = otherwise && building.steps(otherwise)
    return {
      run(frame) {
        const way = ways.get(String(value(frame))) ?? rest
        return way ? way(frame.inner(frame.it)) : frame.it
      },
    }
  },
})
