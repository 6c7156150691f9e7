import type { Json } from '@heddle/core'
import { type Expression, formatExpression, parseExpression } from '../expression/index.ts'
import { literal } from '../expression/make.ts'
import { sameJson } from '../diff/value-changes.ts'

/**
 * A shape in which `it` is what another shape gives; nothing where that would cost more than the two one after the other.
 */
export function substituted(shape: Json, it: Json): Json | undefined {
  const value = expressionOf(it)
  if (!value) return undefined
  const size = sizeOf(value) + (expressionOf(shape) ? sizeOf(expressionOf(shape)!) : 0)
  const made = inShape(shape, it, value)
  const whole = made === undefined ? undefined : expressionOf(made)
  return whole && sizeOf(whole) <= size ? made : undefined
}

function inShape(shape: Json, it: Json, value: Expression): Json | undefined {
  if (typeof shape === 'string') return inText(shape, it, value)
  if (typeof shape !== 'object' || shape === null) return shape
  const parts = Object.entries(shape).map(([name, part]) => [name, inShape(part as Json, it, value)] as const)
  if (parts.some(([, part]) => part === undefined)) return undefined
  return Array.isArray(shape) ? parts.map(([, part]) => part!) : (Object.fromEntries(parts) as Json)
}

function inText(text: string, it: Json, value: Expression): Json | undefined {
  const parsed = parseExpression(text)
  if (!parsed.ok) return undefined
  // The whole value stays as it is written.
  if (parsed.expression.kind === 'root' && parsed.expression.name === 'it') return it
  const made = replaced(parsed.expression, value)
  if (!made) return undefined
  const printed = formatExpression(made)
  const again = parseExpression(printed)
  return again.ok && sameJson(again.expression as unknown as Json, made as unknown as Json) ? printed : undefined
}

/** Puts an expression in the place of `it`. In the body of an `each` it would be computed again and again: nothing. */
function replaced(node: Expression, it: Expression): Expression | undefined {
  const inner = (part: Expression) => replaced(part, it)
  switch (node.kind) {
    case 'literal':
      return node
    case 'root':
      return node.name === 'it' ? it : node
    case 'field': {
      const of = inner(node.of)
      const own = of?.kind === 'record' ? of.fields.find(({ name }) => name === node.name) : undefined
      return own ? own.value : of && { ...node, of }
    }
    case 'index':
      return both(inner(node.of), inner(node.at), (of, at) => ({ ...node, of, at }))
    case 'operation':
      return both(inner(node.left), inner(node.right), (left, right) => ({ ...node, left, right }))
    case 'choice': {
      const [condition, then, otherwise] = [inner(node.condition), inner(node.then), inner(node.otherwise)]
      return condition && then && otherwise && { ...node, condition, then, otherwise }
    }
    case 'call': {
      const args = all(node.args.map(inner))
      return args && { ...node, args }
    }
    case 'list': {
      const items = all(node.items.map(inner))
      return items && { ...node, items }
    }
    case 'record': {
      const values = all(node.fields.map(({ value }) => inner(value)))
      return values && { ...node, fields: node.fields.map(({ name }, index) => ({ name, value: values[index]! })) }
    }
    case 'each':
      return undefined
  }
}

function both(
  one: Expression | undefined,
  other: Expression | undefined,
  make: (one: Expression, other: Expression) => Expression,
): Expression | undefined {
  return one && other && make(one, other)
}

const all = (parts: readonly (Expression | undefined)[]): readonly Expression[] | undefined =>
  parts.every((part) => part !== undefined) ? parts : undefined

/** A shape as one expression; nothing where a text in it is none. */
function expressionOf(shape: Json): Expression | undefined {
  if (typeof shape === 'string') {
    const parsed = parseExpression(shape)
    return parsed.ok ? parsed.expression : undefined
  }
  if (typeof shape !== 'object' || shape === null) return literal(shape)
  const parts = Object.entries(shape).map(([name, part]) => ({ name, value: expressionOf(part as Json) }))
  const values = all(parts.map(({ value }) => value))
  if (!values) return undefined
  if (Array.isArray(shape)) return { kind: 'list', items: values }
  return { kind: 'record', fields: parts.map(({ name }, index) => ({ name, value: values[index]! })) }
}

/** How many nodes an expression has. */
function sizeOf(node: Expression): number {
  let size = 0
  const count = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('kind' in value) size++
    for (const part of Object.values(value)) count(part)
  }
  count(node)
  return size
}
