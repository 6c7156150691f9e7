import { type Expression, parseExpression, type Shape } from '@heddle/pipeline'

/** Parses an expression of a plan that was checked. */
export function parseChecked(text: string): Expression {
  const parsed = parseExpression(text)
  if (!parsed.ok) throw new SyntaxError(`${text}: ${parsed.errors[0]!.message}`)
  return parsed.expression
}

/** A shape as one expression, so that it is compiled as a whole. */
export function shapeExpression(shape: Shape): Expression {
  if (typeof shape === 'string') return parseChecked(shape)
  if (typeof shape !== 'object' || shape === null) return { kind: 'literal', value: shape }
  if (Array.isArray(shape)) return { kind: 'list', items: (shape as readonly Shape[]).map(shapeExpression) }
  const fields = Object.entries(shape).flatMap(([name, part]) =>
    part === undefined ? [] : [{ name, value: shapeExpression(part) }],
  )
  return { kind: 'record', fields }
}
