import { mayGenerateCode } from '@heddle/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { expressions } from '../../../fixtures/expression/expressions.ts'
import { typedExpressions, typedScopes } from '../../../fixtures/expression/typed.ts'
import { scopes, values } from '../../../fixtures/expression/values.ts'
import type { Expression } from '../expression.ts'
import { interpret } from '../run/interpret.ts'
import { parseExpression } from '../text/parse.ts'
import { compileCondition, compileExpression, compileOver } from './compile.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 20261121)
const numRuns = Number(process.env.HEDDLE_EXPRESSIONS ?? 5_000)

const parsed = (text: string): Expression => {
  const result = parseExpression(text)
  return result.ok ? result.expression : expect.unreachable(`${text}: ${result.errors[0]?.message}`)
}

test(`gives what the interpreter gives, for random expressions over random values (seed ${seed})`, () => {
  const kinds = new Set<string>()
  fc.assert(
    fc.property(expressions, fc.array(scopes, { minLength: 3, maxLength: 3 }), (expression, tried) => {
      const compiled = compileExpression(expression)
      const condition = compileCondition(expression)
      for (const scope of tried) {
        const value = interpret(expression, scope)
        expect(compiled(scope)).toEqual(value)
        expect(condition(scope)).toBe(value === true)
        kinds.add(value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value)
      }
    }),
    { seed, numRuns },
  )
  // Otherwise the property would compare nothing but null with null.
  expect([...kinds].toSorted()).toEqual(['bigint', 'boolean', 'list', 'null', 'number', 'object', 'string'])
})

test(`gives what the interpreter gives for expressions that mean something (seed ${seed})`, () => {
  let known = 0
  fc.assert(
    fc.property(typedExpressions, fc.array(typedScopes, { minLength: 3, maxLength: 3 }), (expression, tried) => {
      const compiled = compileExpression(expression)
      const condition = compileCondition(expression)
      for (const scope of tried) {
        const value = interpret(expression, scope)
        expect(compiled(scope)).toEqual(value)
        expect(condition(scope)).toBe(value === true)
        const names = (Object.keys(scope) as (keyof typeof scope)[]).slice(1)
        const values = names.map((name) => scope[name])
        expect(compileOver(expression, names, 'value', scope)(...values)).toEqual(value)
        expect(compileOver(expression, names, 'truth', scope)(...values)).toBe(value === true)
        if (value !== null) known++
      }
    }),
    { seed, numRuns },
  )
  expect(known).toBeGreaterThan(numRuns)
})

test(`gives what the interpreter gives for each operator over pairs of values (seed ${seed})`, () => {
  const operators = ['||', '&&', '==', '!=', '<', '<=', '>', '>=', 'in', '+', '-', '*', '/', '%']
  const forms = operators.flatMap((sign) => [
    `it.a ${sign} it.b`,
    `it.a ${sign} 2`,
    `2 ${sign} it.a`,
    `it.a ${sign} "b"`,
  ])
  const compiled = forms.map(
    (text) => [parsed(text), compileExpression(parsed(text)), compileCondition(parsed(text))] as const,
  )
  fc.assert(
    fc.property(values, values, (a, b) => {
      for (const [expression, run, holds] of compiled) {
        const value = interpret(expression, { it: { a, b } })
        expect(run({ it: { a, b } })).toEqual(value)
        expect(holds({ it: { a, b } })).toBe(value === true)
      }
    }),
    { seed, numRuns: 2_000 },
  )
})

test('interprets where code must not be generated, and gives the same', () => {
  const { jitless } = z.config()
  z.config({ jitless: true })
  try {
    const expression = parsed('it.list.filter(x, x > limit).size() == 2 ? "two" : it.a')
    const [run, holds] = [compileExpression(expression), compileCondition(parsed('it.a'))]
    expect(String(run)).toContain('interpret')
    expect(run({ it: { list: [1, 2, 3] }, limit: 1 })).toBe('two')
    expect([holds({ it: { a: true } }), holds({ it: {} })]).toEqual([true, false])
  } finally {
    z.config({ jitless })
  }
})

test.runIf(mayGenerateCode())(
  'writes comparisons of numbers as JavaScript, and calls the language only for what is no usual pair',
  () => {
    const delayed = compileCondition(parsed('it.delay > 15 && it.origin == "ATL"'))
    const text = String(delayed)
    expect(text).toContain('> 15')
    expect(text).toContain('=== "ATL"')
    expect(delayed({ it: { delay: 20, origin: 'ATL' } })).toBe(true)
    expect(delayed({ it: { delay: null, origin: 'ATL' } })).toBe(false)
    expect(delayed({})).toBe(false)
  },
)

test('compiles or interprets an expression of the greatest size that is read', () => {
  const sum = parsed(Array.from({ length: 600 }, () => 'it.a').join(' + '))
  expect(compileExpression(sum)({ it: { a: 1 } })).toBe(600)
  const either = parsed(Array.from({ length: 400 }, (_, index) => `it.a == ${index}`).join(' || '))
  expect(compileCondition(either)({ it: { a: 399 } })).toBe(true)
  expect(compileCondition(either)({ it: { a: 400 } })).toBe(false)
})

test('keeps a field named __proto__ as a field', () => {
  const value = compileExpression(parsed('{"__proto__": it.a}'))({ it: { a: { polluted: true } } })
  expect(Object.keys(value as object)).toEqual(['__proto__'])
  expect((value as { polluted?: boolean }).polluted).toBeUndefined()
})

test('refuses to compile a function that does not exist', () => {
  expect(() => compileExpression(parsed('nothing(1)'))).toThrow(/function "nothing"/)
})
