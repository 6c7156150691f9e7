import { systemFailure } from '@heddle/core'
import { z } from 'zod'
import { dropped } from '../run/executor.ts'
import { unionOf } from '../expression/index.ts'
import { stepKind } from './kind.ts'
import { expressionText, stepList } from './step-list.ts'

/** Runs steps again and again: what they give is what they read next. */
export const loop = stepKind({
  name: 'loop',
  summary: 'Runs steps again and again on what they gave, while or until a condition is true',
  config: z
    .strictObject({
      while: expressionText.optional().describe('Asked before each round'),
      until: expressionText.optional().describe('Asked after each round, of what it gave'),
      limit: z.int().min(1).default(1000).describe('Rounds after which it fails with LimitReached'),
      steps: stepList,
    })
    .refine(({ while: before, until }) => before !== undefined || until !== undefined, {
      error: 'A loop needs while or until',
    }),
  modes: ['command', 'workflow'],
  examples: [{ until: 'it.next == null', steps: [{ id: 'read', call: 'flights.ReadPage' }] }],
  nested: ({ steps }) => [{ path: ['steps'], steps }],
  expressions: ({ while: before, until }) => [
    ...(before === undefined ? [] : [{ path: ['while'], text: before }]),
    ...(until === undefined ? [] : [{ path: ['until'], text: until }]),
  ],
  type({ while: before, until, steps }, typing) {
    const round = { index: { kind: 'int' } } as const
    const ask = (text: string | undefined, path: string, it = typing.it) => {
      if (text === undefined) return
      const type = typing.expression(text, [path], { it, ...round })
      typing.fits(type, { kind: 'boolean', nullable: true }, [path], 'the condition')
    }
    ask(before, 'while')
    const { value, drops } = typing.steps(steps, ['steps'], typing.it, round)
    if (drops) typing.drop()
    typing.fits(value, typing.it, ['steps'], 'what a round gives for the next one')
    ask(until, 'until', value)
    return before === undefined ? value : unionOf([typing.it, value])
  },
  command({ while: before, until, limit, steps }, building) {
    const goesOn = before === undefined ? undefined : building.expression(before)
    const ends = until === undefined ? undefined : building.expression(until)
    const body = building.steps(steps)
    return {
      async run(frame) {
        let it = frame.it
        for (let index = 0; ; index++) {
          if (goesOn && goesOn(frame.inner(it, { index })) !== true) return it
          if (index === limit) {
            throw systemFailure('LimitReached', { name: `${building.step.id}.limit`, limit })
          }
          it = await body(frame.inner(it, { index }))
          if (it === dropped || (ends && ends(frame.inner(it, { index })) === true)) return it
        }
      },
    }
  },
})
