import { compileExpression, parseExpression } from '../expression/index.ts'
import type { Shape } from '../kinds/shape.ts'
import type { Evaluate } from './executor.ts'

/** Compiles an expression of a plan that was checked. */
export function evaluateText(text: string): Evaluate {
  const parsed = parseExpression(text)
  if (!parsed.ok) throw new SyntaxError(`${text}: ${parsed.errors[0]!.message}`)
  return compileExpression(parsed.expression)
}

/** Compiles a shape. What holds no expression is made once and frozen. */
export function evaluateShape(shape: Shape): Evaluate {
  if (typeof shape === 'string') return evaluateText(shape)
  if (typeof shape !== 'object' || shape === null) return () => shape
  if (isConstant(shape)) {
    const value = frozen(structuredClone(shape))
    return () => value
  }
  if (isList(shape)) {
    const items = shape.map(evaluateShape)
    return (frame) => items.map((item) => item(frame))
  }
  const fields = Object.entries(shape).flatMap(([name, part]) =>
    part === undefined ? [] : [[name, evaluateShape(part)] as const],
  )
  return (frame) => {
    const record: Record<string, unknown> = {}
    for (const [name, value] of fields) record[name] = value(frame)
    return record
  }
}

const isConstant = (shape: Shape | undefined): boolean =>
  typeof shape !== 'string' && (typeof shape !== 'object' || shape === null || Object.values(shape).every(isConstant))

function frozen(shape: object): object {
  for (const part of Object.values(shape)) if (typeof part === 'object' && part !== null) frozen(part)
  return Object.freeze(shape)
}

const isList = (shape: object): shape is readonly Shape[] => Array.isArray(shape)
