import { z } from 'zod'
import { orNull } from '../../expression/types/union-of.ts'
import type { FieldType, ValueType } from '../../expression/types/value-type.ts'
import { typeOfKey } from '../../validate/job-typing.ts'
import { shape, shapeExpressions } from '../shape.ts'
import { wholeSpan } from '../span.ts'
import { expressionText } from '../step-list.ts'
import { by, byExpressions, typeBy } from './by.ts'
import { streamKind } from './stream-kind.ts'

const name = z.string().regex(/^[a-z]\w*$/, 'Invalid name: expected e.g. late')
const count = z.int().min(1).max(1000)

const times = z
  .union([
    count,
    z
      .strictObject({ min: count.default(1), max: count.optional() })
      .refine(({ min, max }) => max === undefined || max >= min, { error: 'max is less than min' }),
    z.literal('+'),
  ])
  .describe('How many: 3, { min: 2, max: 5 }, or + for one and more')

const found = z.strictObject({
  name: name.describe('What `give` reads it as; a list where it can be several'),
  if: expressionText,
  times: times.optional(),
  optional: z.boolean().optional().describe('Whether it may be missing'),
})

const none = z.strictObject({ not: expressionText.describe('No such record comes here') })

const patternConfig = z
  .strictObject({
    by: by.optional(),
    sequence: z.array(z.union([found, none])).min(1),
    contiguity: z
      .enum(['relaxed', 'strict'])
      .default('relaxed')
      .describe('Whether other records of the key may come in between'),
    within: wholeSpan.describe('How long it takes at most, in event time'),
    skip: z
      .enum(['past', 'next'])
      .default('past')
      .describe('Whether the next one begins behind the last record of one, or with the next record'),
    give: shape.optional().describe('What is made of the records by their names; without it, a record of them'),
  })
  .superRefine(({ sequence }, context) => {
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path: ['sequence', ...path], message })
    const names = sequence.map((element) => ('name' in element ? element.name : undefined))
    for (const [index, own] of names.entries()) {
      if (own !== undefined && names.indexOf(own) < index) refuse([index, 'name'], `There are two elements "${own}"`)
    }
    const [first] = sequence
    if (first !== undefined && 'not' in first) refuse([0], 'A pattern begins with a record')
    if (sequence.every((element) => 'not' in element || element.optional === true)) {
      refuse([], 'A pattern needs an element that is not optional')
    }
  })

/** The settings of a `pattern`. */
export type PatternConfig = z.output<typeof patternConfig>

const isMany = (element: z.output<typeof found>) => element.times !== undefined && element.times !== 1

const elements = ({ sequence }: PatternConfig) => sequence.filter((element) => 'name' in element)

/** Finds records that come one after the other. */
export const pattern = streamKind({
  name: 'pattern',
  summary: 'Finds records of a key that come one after the other in event time, and gives a record of each find',
  config: patternConfig,
  examples: [
    {
      by: 'it.origin',
      sequence: [{ name: 'late', if: 'it.delay > 60', times: 3 }],
      contiguity: 'strict',
      within: '6h',
      give: { origin: 'key', flights: 'late.map(x, x.flight)' },
    },
  ],
  expressions: (config) => [
    ...byExpressions(config.by, ['by']),
    ...config.sequence.map((element, index) =>
      'not' in element
        ? { path: ['sequence', index, 'not'], text: element.not }
        : { path: ['sequence', index, 'if'], text: element.if },
    ),
    ...(config.give === undefined ? [] : shapeExpressions(config.give, ['give'])).map((one) => ({
      ...one,
      records: Object.fromEntries(elements(config).map((element) => [element.name, 0])),
    })),
  ],
  job: { value: 'made', takesAll: ({ give }) => give === undefined, sides: () => ['late'] },
  detail: (config) =>
    elements(config)
      .map((element) => element.name)
      .join(', '),
  type(config, typing) {
    const key = typeBy(config.by, ['by'], typing)
    typing.rekey(key)
    for (const [index, element] of config.sequence.entries()) {
      const [text, field] = 'not' in element ? [element.not, 'not'] : [element.if, 'if']
      const path = ['sequence', index, field]
      const type = typing.expression(text, path, { key: typeOfKey(key) })
      typing.fits(type, { kind: 'boolean', nullable: true }, path, 'the condition')
    }
    const fields = elements(config).map((element): readonly [string, FieldType] => {
      const type: ValueType = isMany(element) ? { kind: 'list', items: typing.it } : typing.it
      return [element.name, { type: orNull(type, element.optional === true) }]
    })
    if (config.give === undefined) return { kind: 'record', fields: Object.fromEntries(fields) }
    const names = Object.fromEntries(fields.map(([own, { type }]) => [own, type]))
    return typing.shape(config.give, ['give'], { ...names, key: typeOfKey(key) })
  },
})
