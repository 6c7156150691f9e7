import type { Json } from '@heddle/core'
import { z } from 'zod'
import type { NestedExpression } from './kind.ts'

/**
 * A value to be made: each text in it is an expression, numbers, booleans and null stand for themselves, lists and
 * records are made of their parts. A fixed text is written as an expression too: `'"late"'`.
 */
export type Shape = Json

/** The type of a shape. */
export const shape: z.ZodType<Shape> = z
  .json()
  .describe('A value whose texts are expressions, e.g. { late: it.delay > 15 }')

/** The expressions of a shape, with the way to each. */
export function shapeExpressions(value: Shape, path: readonly (string | number)[]): readonly NestedExpression[] {
  if (typeof value === 'string') return [{ path, text: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, part]) =>
    part === undefined ? [] : shapeExpressions(part, [...path, Array.isArray(value) ? Number(name) : name]),
  )
}
