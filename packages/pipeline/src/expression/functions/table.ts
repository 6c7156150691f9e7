import { conversions } from './conversions.ts'
import type { ExpressionFunction } from './define.ts'
import { listFunctions } from './list-functions.ts'
import { numberFunctions } from './number-functions.ts'
import { operatorFunctions } from './operator-functions.ts'
import { textFunctions } from './text-functions.ts'
import { timeFunctions } from './time-functions.ts'

/** Every function of the language, as tables show them. */
export const expressionFunctions: readonly ExpressionFunction[] = [
  ...operatorFunctions,
  ...textFunctions,
  ...numberFunctions,
  ...listFunctions,
  ...conversions,
  ...timeFunctions,
]

const byName = new Map(expressionFunctions.map((one) => [one.name, one]))

/** The function of a name. */
export const functionOf = (name: string): ExpressionFunction | undefined => byName.get(name)

/** Whether a function is written behind its first argument. */
export const isMethod = (name: string): boolean => byName.get(name)?.isMethod === true
