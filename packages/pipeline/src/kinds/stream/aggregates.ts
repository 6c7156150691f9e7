import { z } from 'zod'
import type { ValueType } from '../../expression/types/value-type.ts'
import type { PlanPath } from '../../plan/path.ts'
import type { JobTyping, KeyType } from '../../validate/job-typing.ts'
import type { NestedExpression } from '../kind.ts'

const name = z.string().regex(/^[a-zA-Z]\w*$/, 'Invalid name: expected e.g. mean')
const text = z.string().min(1).describe('An aggregate expression, e.g. avg(it.delay) or sum(it.a) / count()')

/** The type of aggregates by name in settings. */
export const aggregates = z
  .record(name, text)
  .refine((given) => Object.keys(given).length > 0, { error: 'There is no aggregate' })
  .describe('What is made of the records, by name: { flights: count(), mean: avg(it.delay) }')

type Given = Readonly<Record<string, string>>

/** The expressions of aggregates, with the way to each. */
export const aggregateExpressions = (given: Given, path: PlanPath): readonly NestedExpression[] =>
  Object.entries(given).map(([own, one]) => ({ path: [...path, own], text: one, isAggregate: true }))

/** The record of what a group gives: the parts of its key, what else is known of it, and the aggregates. */
export function typeGroup(
  given: Given,
  path: PlanPath,
  key: KeyType | undefined,
  more: Readonly<Record<string, ValueType>>,
  typing: JobTyping,
): ValueType {
  const known = { ...key?.fields, ...more }
  const made = Object.entries(given).map(([own, one]) => {
    if (Object.hasOwn(known, own)) {
      const message = `There is a field "${own}" of the group already`
      typing.tell({ about: 'name', path: [...path, own], message, ofName: true })
    }
    return [own, typing.aggregate(one, [...path, own], key)] as const
  })
  const fields = [...Object.entries(known), ...made].map(([own, type]) => [own, { type }] as const)
  return { kind: 'record', fields: Object.fromEntries(fields) }
}
