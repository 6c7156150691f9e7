import { z } from 'zod'
import { orNull, unionOf } from '../../expression/types/union-of.ts'
import type { ValueType } from '../../expression/types/value-type.ts'
import { typeOfKey } from '../../validate/job-typing.ts'
import { shape, shapeExpressions } from '../shape.ts'
import { span, wholeSpan } from '../span.ts'
import { by, byExpressions, keyParts, typeBy } from './by.ts'
import { streamKind } from './stream-kind.ts'

const ways = ['window', 'within', 'temporal'] as const

const joinConfig = z
  .strictObject({
    with: z.string().describe('The step or source of the right side'),
    by: by.describe('What left records are found by'),
    withBy: by.optional().describe('The same of right records; without it, as `by`'),
    kind: z
      .enum(['inner', 'left', 'full'])
      .default('inner')
      .describe('Whether records of the left, or of both sides, stand alone where nothing was found'),
    window: z
      .strictObject({ tumbling: wholeSpan, offset: span.optional() })
      .optional()
      .describe('Those of one window find each other'),
    within: z
      .strictObject({ before: span.default('0s'), after: span.default('0s') })
      .optional()
      .describe('A right record is found from so long before the left one until so long after it'),
    temporal: z
      .literal(true)
      .optional()
      .describe('The right side is a table with versions: the one that was valid at the time of the left record'),
    give: shape.optional().describe('What is made of `left` and `right`; without it, both by these names'),
  })
  .superRefine((given, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
    const found = ways.filter((way) => given[way] !== undefined)
    if (found.length !== 1) refuse(found.slice(1, 2), 'A join needs one of window, within and temporal')
    if (given.temporal && given.kind === 'full')
      refuse(['kind'], 'A version that nobody asked for stands for no record')
    const count = (one: z.output<typeof by>) => keyParts(one).length
    if (given.withBy !== undefined && count(given.withBy) !== count(given.by)) {
      refuse(['withBy'], 'Both sides are found by as many parts')
    }
  })

/** Puts records of two streams together. */
export const join = streamKind({
  name: 'join',
  summary: 'Puts records of two streams together that have the same key: in a window, near in time, or as of a time',
  config: joinConfig,
  examples: [
    { with: 'landings', by: 'it.flight', within: { before: '0s', after: '12h' } },
    { with: 'rates', by: 'it.currency', temporal: true, kind: 'left', give: { id: 'left.id', rate: 'right.rate' } },
  ],
  expressions: ({ by: left, withBy, give }) => [
    ...byExpressions(left, ['by']),
    ...byExpressions(withBy ?? left, withBy === undefined ? ['by'] : ['withBy'], { it: 1 }),
    ...(give === undefined ? [] : shapeExpressions(give, ['give'])).map((one) => ({
      ...one,
      records: { left: 0, right: 1 },
    })),
  ],
  job: {
    accepts: ({ temporal }, input) => (temporal && input === 1 ? 'changes' : 'append'),
    emits: () => 'append',
    value: 'made',
    takesAll: ({ give }) => give === undefined,
    sides: () => ['late'],
    reads: (config) => [{ path: ['with'], name: config.with }],
  },
  detail: (config) =>
    `with ${config.with} by ${keyParts(config.by)
      .map(({ name }) => name)
      .join(', ')}`,
  type(config, typing) {
    const other = typing.stream(config.with, ['with'])
    const key = typeBy(config.by, ['by'], typing)
    // Told once where both sides are found by the same words.
    typeBy(config.withBy ?? config.by, config.withBy === undefined ? ['by'] : ['withBy'], typing, other)
    const left = orNull(typing.it, config.kind === 'full')
    const right = orNull(other, config.kind !== 'inner')
    typing.rekey(key)
    typing.side('late', unionOf([typing.it, other]))
    const sides = { left, right }
    if (config.give !== undefined) return typing.shape(config.give, ['give'], { ...sides, key: typeOfKey(key) })
    const fields = Object.entries(sides).map(([name, type]) => [name, { type }] as const)
    return { kind: 'record', fields: Object.fromEntries(fields) } satisfies ValueType
  },
})
