import type { Call, Each, EachFunction, Expression, Literal } from './expression.ts'

/** A literal. Zero has no sign, as in JSON. */
export const literal = (value: Literal['value']): Literal => ({ kind: 'literal', value: value === 0 ? 0 : value })

/** A call of a function. */
export const callOf = (name: string, ...args: readonly Expression[]): Call => ({ kind: 'call', function: name, args })

/** `-x`; of a number that is written down, that number. */
export const negated = (of: Expression): Expression =>
  of.kind === 'literal' && typeof of.value === 'number' ? literal(-of.value) : callOf('negate', of)

/** `left == right`; with a null that is written down it asks whether the other is null. */
export const equality = (left: Expression, right: Expression): Expression => {
  if (isNull(right)) return callOf('isNull', left)
  return isNull(left) ? callOf('isNull', right) : { kind: 'operation', operator: '==', left, right }
}

/** `left != right`, likewise. */
export const inequality = (left: Expression, right: Expression): Expression => {
  if (isNull(left) || isNull(right)) return callOf('not', equality(left, right))
  return { kind: 'operation', operator: '!=', left, right }
}

const isNull = (node: Expression): boolean => node.kind === 'literal' && node.value === null

/** `of[at]`; with a name that is written down, the field. */
export const elementOf = (of: Expression, at: Expression): Expression =>
  at.kind === 'literal' && typeof at.value === 'string'
    ? { kind: 'field', of, name: at.value }
    : { kind: 'index', of, at }

const eachNames: ReadonlySet<string> = new Set([
  'all',
  'exists',
  'exists_one',
  'filter',
  'map',
] satisfies EachFunction[])

/** Whether a function has a body for each element of a list. */
export const isEachFunction = (name: string): name is EachFunction => eachNames.has(name)

/** `list.map(variable, body)`. */
export const eachOf = (name: EachFunction, list: Expression, variable: string, body: Expression): Each => ({
  kind: 'each',
  function: name,
  list,
  variable,
  body,
})
