import {
  checkExpression,
  type ExpressionError,
  parseExpression,
  type ScopeTypes,
  unionOf,
  type ValueType,
} from '../expression/index.ts'
import type { Shape } from '../kinds/shape.ts'
import type { PlanPath } from '../plan/path.ts'
import type { PlanProblem } from '../plan/problem.ts'

type Tell = (problem: PlanProblem) => void

/** The type of an expression; `unknown` where something is wrong with it, which is told with its place in the text. */
export function typeExpression(text: string, scope: ScopeTypes, path: PlanPath, tell: Tell): ValueType {
  const tellErrors = (errors: readonly ExpressionError[], about: 'text' | 'type'): ValueType => {
    for (const error of errors) tell({ about, path, ...error })
    return { kind: 'unknown' }
  }
  const parsed = parseExpression(text)
  if (!parsed.ok) return tellErrors(parsed.errors, 'text')
  const checked = checkExpression(parsed.expression, scope)
  return checked.ok ? checked.type : tellErrors(checked.errors, 'type')
}

/** The type of a shape: texts are expressions, everything else stands for itself. */
export function typeShape(
  shape: Shape,
  scope: ScopeTypes,
  path: PlanPath,
  tell: Tell,
  typeText: typeof typeExpression = typeExpression,
): ValueType {
  if (typeof shape === 'string') return typeText(shape, scope, path, tell)
  if (typeof shape === 'number') return { kind: Number.isInteger(shape) ? 'int' : 'number' }
  if (typeof shape === 'boolean') return { kind: 'boolean' }
  if (shape === null) return { kind: 'null' }
  const inside = (part: Shape, name: string | number) => typeShape(part, scope, [...path, name], tell, typeText)
  if (isList(shape)) return { kind: 'list', items: unionOf(shape.map(inside)) }
  const fields = Object.entries(shape).flatMap(([name, part]) =>
    part === undefined ? [] : [[name, { type: inside(part, name) }] as const],
  )
  return { kind: 'record', fields: Object.fromEntries(fields) }
}

const isList = (shape: object): shape is readonly Shape[] => Array.isArray(shape)
