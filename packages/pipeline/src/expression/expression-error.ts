import type { Expression } from './expression.ts'
import type { ValueType } from './types/value-type.ts'

/** What is wrong with an expression, and where in its text. */
export interface ExpressionError {
  /** A sentence without the position. */
  readonly message: string
  /** Characters from the beginning of the text. */
  readonly offset: number
  /** Characters; 0 where something is missing. */
  readonly length: number
  /** The type that would have been right, in words. */
  readonly expected?: string
  /** The type that is there, in words. */
  readonly found?: string
  /** What was probably meant, e.g. `delay`. */
  readonly suggestion?: string
}

/** Errors in the order of the text. */
export const inOrder = (errors: readonly ExpressionError[]): readonly ExpressionError[] =>
  errors.toSorted((left, right) => left.offset - right.offset)

/** A parsed expression, or everything that is wrong with the text. */
export type ParsedExpression =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly errors: readonly ExpressionError[] }

/** The type of an expression, or everything that is wrong with it. */
export type CheckedExpression =
  | { readonly ok: true; readonly type: ValueType }
  | { readonly ok: false; readonly errors: readonly ExpressionError[] }
