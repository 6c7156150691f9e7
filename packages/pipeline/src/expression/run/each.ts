import type { EachFunction } from '../expression.ts'
import { and, or } from './logic.ts'
import { known } from './fields.ts'

type Body = (item: unknown) => unknown

/** What each of the functions over lists does; null where there is no list. */
export const eachFunctions: Readonly<Record<EachFunction, (list: unknown, body: Body) => unknown>> = {
  all: (list, body) => fold(list, true, (sum, item) => and(sum, body(item)), false),
  exists: (list, body) => fold(list, false, (sum, item) => or(sum, body(item)), true),
  exists_one: existsOne,
  filter: (list, body) => (Array.isArray(list) ? list.map(known).filter((item) => body(item) === true) : null),
  map: (list, body) => (Array.isArray(list) ? list.map((item) => body(known(item))) : null),
}

/** Folds three-valued answers, and stops at the one that settles it. */
function fold(
  list: unknown,
  start: boolean,
  step: (sum: boolean | null, item: unknown) => boolean | null,
  settled: boolean,
): boolean | null {
  if (!Array.isArray(list)) return null
  let sum: boolean | null = start
  for (const item of list) {
    sum = step(sum, known(item))
    if (sum === settled) break
  }
  return sum
}

function existsOne(list: unknown, body: Body): boolean | null {
  if (!Array.isArray(list)) return null
  const answers = list.map((item) => body(known(item)))
  const found = answers.filter((answer) => answer === true).length
  if (found > 1) return false
  // One that is unknown could be the one, or the second.
  return answers.every((answer) => typeof answer === 'boolean') ? found === 1 : null
}
