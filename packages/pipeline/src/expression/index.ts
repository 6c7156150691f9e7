export { checkExpression } from './check/check.ts'
export {
  type CompiledExpression,
  compileCondition,
  compileExpression,
  compileOver,
  type ExpressionOver,
} from './compile/compile.ts'
export type * from './expression.ts'
export type { CheckedExpression, ExpressionError, ParsedExpression } from './expression-error.ts'
export type { ExpressionFunction, Taken } from './functions/define.ts'
export { expressionFunctions } from './functions/table.ts'
export { pathsOf } from './paths.ts'
export { interpret } from './run/interpret.ts'
export { formatExpression } from './text/format.ts'
export { parseExpression, type ParseOptions } from './text/parse.ts'
export { type Span, spanOf, type Spans } from './text/spans.ts'
export type * from './types/value-type.ts'
export { type FitOptions, type Mismatch, mismatches } from './types/mismatches.ts'
export { nearest } from './types/nearest.ts'
export { schemaOfType } from './types/schema-of-type.ts'
export { typeOfSchema } from './types/type-of-schema.ts'
export { typeText } from './types/type-text.ts'
export { leaveOutNulls } from './types/leave-out.ts'
export { mayBeNull, orNull, unionOf } from './types/union-of.ts'
