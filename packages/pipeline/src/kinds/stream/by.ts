import { z } from 'zod'
import type { Expression } from '../../expression/expression.ts'
import { parseExpression } from '../../expression/text/parse.ts'
import type { ValueType } from '../../expression/types/value-type.ts'
import type { PlanPath } from '../../plan/path.ts'
import type { JobTyping, KeyType } from '../../validate/job-typing.ts'
import type { NestedExpression } from '../kind.ts'
import { expressionText } from '../step-list.ts'

/** What records are grouped by: an expression, or several with names. */
export type By = string | Readonly<Record<string, string>>

const name = z.string().regex(/^[a-zA-Z]\w*$/, 'Invalid name: expected e.g. origin')

/** The type of `by` in settings. */
export const by: z.ZodType<By> = z
  .union([expressionText, z.record(name, expressionText).refine((names) => Object.keys(names).length > 0)])
  .describe('What records are grouped by: it.origin, or { origin: it.origin, day: it.day }')

/**
 * The parts of a key with their names: the last part of a path (`it.origin` is `origin`), `key` for any other expression, and
 * those of the record form by their names in alphabetical order, in which they stand in the key too.
 */
export function keyParts(given: By): readonly { readonly name: string; readonly text: string }[] {
  if (typeof given !== 'string') {
    return Object.keys(given)
      .toSorted()
      .map((one) => ({ name: one, text: given[one]! }))
  }
  const parsed = parseExpression(given)
  return [{ name: (parsed.ok && lastField(parsed.expression)) || 'key', text: given }]
}

/** The names under which the parts of a key stand in what a group gives. */
export const groupNames = (given: By): readonly string[] => keyParts(given).map((part) => part.name)

function lastField(node: Expression): string | undefined {
  if (node.kind !== 'field') return undefined
  const isPath = (of: Expression): boolean => of.kind === 'root' || (of.kind === 'field' && isPath(of.of))
  return isPath(node) ? node.name : undefined
}

/** The expressions of `by`, with the way to each. */
export function byExpressions(given: By | undefined, path: PlanPath, records?: NestedExpression['records']) {
  if (given === undefined) return []
  const own = records === undefined ? {} : { records }
  if (typeof given === 'string') return [{ path, text: given, ...own }]
  return Object.entries(given).map(([one, text]) => ({ path: [...path, one], text, ...own }))
}

const part: ValueType = {
  kind: 'union',
  options: [{ kind: 'string' }, { kind: 'number' }, { kind: 'boolean' }],
  nullable: true,
}

/** The key that `by` makes; what is no text, number or truth is told. Without `by`, the key that stands. */
export function typeBy(given: By | undefined, path: PlanPath, typing: JobTyping, it?: ValueType): KeyType | undefined {
  if (given === undefined) return typing.key
  const parts = keyParts(given).map(({ name: own, text }) => {
    const place = typeof given === 'string' ? path : [...path, own]
    const type = typing.expression(text, place, it && { it })
    typing.fits(type, part, place, 'what records are grouped by')
    return [own, type] as const
  })
  const fields = Object.fromEntries(parts)
  return { fields, isList: typeof given !== 'string' }
}
