import { z } from 'zod'
import { planType, typeOfPlanType } from '../plan/plan-type.ts'
import { span } from './span.ts'
import { stepKind } from './kind.ts'
import { expressionText } from './step-list.ts'

/** Waits, for months if need be: for a time to pass, a moment to come, or somebody to say something. */
export const wait = stepKind({
  name: 'wait',
  summary: 'Waits for a time, until a moment, or for a signal',
  config: z
    .strictObject({
      for: span.optional().describe('How long, e.g. 7d'),
      until: expressionText.optional().describe('A moment'),
      signal: z.string().optional().describe('The name of a signal, whose value goes on'),
      type: planType.optional().describe('The type of the value of the signal'),
      timeout: span.optional().describe('How long to wait for the signal: null goes on after it'),
    })
    .refine((given) => [given.for, given.until, given.signal].filter((way) => way !== undefined).length === 1, {
      error: 'A wait needs one of for, until and signal',
    }),
  short: 'for',
  modes: ['workflow'],
  examples: ['2d', { until: 'it.dueAt' }, { signal: 'approved', type: { by: 'string' }, timeout: '7d' }],
  expressions: ({ until }) => (until === undefined ? [] : [{ path: ['until'], text: until }]),
  type({ until, signal, type, timeout }, typing) {
    if (until !== undefined) {
      typing.fits(typing.expression(until, ['until']), { kind: 'time' }, ['until'], 'the moment')
    }
    if (signal === undefined) return typing.it
    const value = typeOfPlanType(type, (problem) => typing.tell({ ...problem, path: ['type', ...problem.path] }))
    return timeout === undefined ? value : { ...value, nullable: true }
  },
})
