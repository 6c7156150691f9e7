import { Environment } from '@marcbachmann/cel-js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BinaryOperator, Expression } from '../expression.ts'
import { compileExpression } from '../compile/compile.ts'
import { callOf, eachOf, literal } from '../make.ts'
import { formatExpression } from './format.ts'
import { parseExpression } from './parse.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 20261121)

/** CEL as the library evaluates it, for variables whose types nobody told. */
const cel = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false })
const evaluate = (text: string, scope = {}): unknown => cel.evaluate(text, scope)

/** A scope as CEL takes it: numbers are doubles, and nothing is null. */
const scopes = fc.record({
  n: fc.double({ noNaN: true, min: -100, max: 100 }),
  s: fc.string({ maxLength: 4 }),
  b: fc.boolean(),
  items: fc.array(fc.double({ noNaN: true, min: -5, max: 5 }), { maxLength: 4 }),
  row: fc.record({ a: fc.string({ maxLength: 3 }), 'b c': fc.double({ noNaN: true, min: -5, max: 5 }) }),
})

const root = (name: string): Expression => ({ kind: 'root', name })
const field = (name: string): Expression => ({ kind: 'field', of: root('row'), name })
const x = root('x')
const op =
  (operator: BinaryOperator) =>
  ([left, right]: readonly [Expression, Expression]): Expression => ({ kind: 'operation', operator, left, right })

const kinds = fc.letrec<Record<'number' | 'text' | 'truth' | 'list', Expression>>((tie) => {
  const [number, text, truth, list] = [tie('number'), tie('text'), tie('truth'), tie('list')]
  const settings = { maxDepth: 4, depthSize: 'small', depthIdentifier: fc.createDepthIdentifier() } as const
  const pairs = (of: fc.Arbitrary<Expression>, ...signs: readonly BinaryOperator[]) =>
    fc.oneof(...signs.map((sign) => fc.tuple(of, of).map(op(sign))))
  const choose = (of: fc.Arbitrary<Expression>) =>
    fc
      .tuple(truth, of, of)
      .map(([condition, then, otherwise]): Expression => ({ kind: 'choice', condition, then, otherwise }))
  const above = number.map((other) => op('>')([x, other]))
  return {
    // Fractions, because a literal without one is an integer in CEL, which is not added to doubles.
    number: fc.oneof(
      settings,
      fc.constantFrom(root('n'), field('b c'), literal(0.5), literal(-2.25)),
      pairs(number, '+', '-', '*'),
      fc.tuple(number, fc.constant(literal(2.5))).map(op('/')),
      number.map((of) => callOf('negate', op('+')([of, root('n')]))),
      choose(number),
    ),
    text: fc.oneof(
      settings,
      fc.constantFrom(root('s'), field('a'), literal('a'), literal('\n"\\')),
      pairs(text, '+'),
      choose(text),
    ),
    truth: fc.oneof(
      settings,
      fc.constantFrom(root('b'), literal(true), literal(false)),
      pairs(truth, '&&', '||', '==', '!='),
      pairs(number, '<', '<=', '>', '>=', '==', '!='),
      pairs(text, '==', '!='),
      fc.tuple(number, list).map(op('in')),
      truth.map((of) => callOf('not', of)),
      fc
        .tuple(fc.constantFrom('contains', 'startsWith', 'endsWith'), text, text)
        .map(([name, of, part]) => callOf(name, of, part)),
      fc
        .tuple(fc.constantFrom('all', 'exists', 'exists_one'), list, above)
        .map(([name, of, body]) => eachOf(name, of, 'x', body)),
    ),
    list: fc.oneof(
      settings,
      fc.constant(root('items')),
      fc.array(number, { minLength: 1, maxLength: 3 }).map((items): Expression => ({ kind: 'list', items })),
      fc.tuple(list, above).map(([of, body]) => eachOf('filter', of, 'x', body)),
      fc.tuple(list, number).map(([of, other]) => eachOf('map', of, 'x', op('+')([x, other]))),
    ),
  }
})

test(`what has a value in CEL has the same here, for doubles, texts, truths and lists (seed ${seed})`, () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.oneof(kinds.number, kinds.text, kinds.truth, kinds.list), scopes, (made, scope) => {
      const text = formatExpression(made)
      const parsed = parseExpression(text)
      if (!parsed.ok) return expect.unreachable(text)
      const value = evaluate(text, scope)
      seen.add(typeof value)
      expect([text, compileExpression(parsed.expression)(scope)]).toEqual([text, value])
    }),
    { seed, numRuns: 3_000 },
  )
  expect([...seen].toSorted()).toEqual(['boolean', 'number', 'object', 'string'])
})

test.each(['size("a😀")', 'size([1, 2])', '7 % 3', '-7 % 3', '1 + 2 * 3', '"a" in {"a": 1}', '{"a": [1]}.a[0]'])(
  '%s is the whole number or truth that it is in CEL',
  (text) => {
    const parsed = parseExpression(text)
    if (!parsed.ok) return expect.unreachable(text)
    const value: unknown = evaluate(text)
    expect(compileExpression(parsed.expression)({})).toBe(typeof value === 'bigint' ? Number(value) : value)
  },
)
