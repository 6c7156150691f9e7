import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expressions } from '../../../fixtures/expression/expressions.ts'
import { scopeTypes, typedExpressions, typedScopes } from '../../../fixtures/expression/typed.ts'
import { interpret } from '../run/interpret.ts'
import { formatExpression } from '../text/format.ts'
import { schemaOfType } from '../types/schema-of-type.ts'
import { typeText } from '../types/type-text.ts'
import { checkExpression } from './check.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 20261121)
const numRuns = Number(process.env.HEDDLE_EXPRESSIONS ?? 5_000)

/** Doubles that were calculated may leave the range of what a type of JSON holds; that is the next type's to say. */
const isBeyond = (value: unknown): boolean =>
  typeof value === 'number'
    ? !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))
    : typeof value === 'object' && value !== null && !(value instanceof Date) && Object.values(value).some(isBeyond)

test(`the value of an expression is always of the type that was found before (seed ${seed})`, () => {
  const seen = { right: 0, wrong: 0, known: 0 }
  fc.assert(
    fc.property(fc.oneof(typedExpressions, expressions), typedScopes, (expression, scope) => {
      const checked = checkExpression(expression, scopeTypes)
      seen[checked.ok ? 'right' : 'wrong']++
      if (!checked.ok) return
      const value = interpret(expression, scope)
      if (value !== null) seen.known++
      fc.pre(!isBeyond(value))
      const parsed = schemaOfType(checked.type).safeParse(value)
      if (!parsed.success) {
        expect.unreachable(`${formatExpression(expression)} is no ${typeText(checked.type)}: ${String(value)}`)
      }
    }),
    { seed, numRuns, maxSkipsPerRun: 100 },
  )
  expect(seen.right).toBeGreaterThan(numRuns / 3)
  expect(seen.wrong).toBeGreaterThan(numRuns / 10)
  expect(seen.known).toBeGreaterThan(numRuns / 10)
})

test(`expressions that are right by construction have no errors (seed ${seed})`, () => {
  fc.assert(
    fc.property(typedExpressions, (expression) => {
      const checked = checkExpression(expression, scopeTypes)
      if (!checked.ok) expect.unreachable(`${formatExpression(expression)}: ${checked.errors[0]?.message}`)
    }),
    { seed, numRuns },
  )
})

test(`every error stands within the text that was parsed (seed ${seed})`, () => {
  fc.assert(
    fc.property(expressions, (expression) => {
      const checked = checkExpression(expression, scopeTypes)
      const { length } = formatExpression(expression)
      for (const error of checked.ok ? [] : checked.errors) {
        expect(error.message).not.toBe('')
        expect(error.offset).toBeGreaterThanOrEqual(0)
        expect(error.offset + error.length).toBeLessThanOrEqual(length)
      }
    }),
    { seed, numRuns: 1_000 },
  )
})
