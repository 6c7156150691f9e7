import { orNull } from '../expression/index.ts'
import { inOrder } from '../run/in-order.ts'
import { mergeOf } from '../run/merge.ts'
import { raced } from '../run/race.ts'
import { mergedType } from '../validate/merged-type.ts'
import { stepKind } from './kind.ts'
import { neededOf, parallelConfig } from './parallel-config.ts'

/** Runs branches at once and makes one value of theirs. */
export const parallel = stepKind({
  name: 'parallel',
  summary: 'Runs branches at once, waits for all, the first or a quorum, and merges their values',
  config: parallelConfig,
  modes: ['command', 'workflow'],
  examples: [
    {
      branches: [
        { id: 'model', weight: 0.6, steps: [{ id: 'predict', call: 'ml.Predict' }] },
        { id: 'rule', weight: 0.4, steps: [{ id: 'estimate', map: 'it.average' }] },
      ],
      merge: 'weightedAverage',
    },
  ],
  nested: ({ branches }) => branches.map(({ steps }, index) => ({ path: ['branches', index, 'steps'], steps })),
  type(config, typing) {
    const { branches } = config
    for (const [index, { id }] of branches.entries()) {
      if (branches.findIndex((other) => other.id === id) === index) continue
      typing.tell({ about: 'name', path: ['branches', index, 'id'], message: `There are two branches "${id}"` })
    }
    if (neededOf(config) > branches.length) {
      const message = `A quorum of ${neededOf(config)} cannot be reached`
      typing.tell({ about: 'shape', path: ['wait', 'quorum'], message, expected: `at most ${branches.length}` })
    }
    const typed = branches.map(({ id, steps }, index) => {
      const { value, drops } = typing.steps(steps, ['branches', index, 'steps'], typing.it)
      return { id, type: orNull(value, drops) }
    })
    return mergedType(config, typed, typing)
  },
  command(config, building) {
    const merge = mergeOf(config, building)
    if (config.wait !== 'all') return { run: raced(config, building, merge) }
    const bodies = config.branches.map(({ steps }) => building.steps(steps))
    return {
      async run(frame) {
        const { it } = frame
        return merge(frame, await inOrder(bodies, bodies.length, (body) => body(frame.inner(it))))
      },
    }
  },
})
