import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expressions } from '../../../fixtures/expression/expressions.ts'
import { formatExpression } from './format.ts'
import { parseExpression } from './parse.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 20261121)

test(`what it writes is read as the same expression again (seed ${seed})`, () => {
  fc.assert(
    fc.property(expressions, (expression) => {
      const text = formatExpression(expression)
      const again = parseExpression(text)
      expect(again).toEqual({ ok: true, expression })
      if (again.ok) expect(formatExpression(again.expression)).toBe(text)
    }),
    { seed, numRuns: 5_000 },
  )
})

test.each([
  ['it.a+1*2', 'it.a + 1 * 2'],
  ['(it.a + 1) * 2', '(it.a + 1) * 2'],
  ['it.a - (it.b - 1)', 'it.a - (it.b - 1)'],
  ["it['a']", 'it.a'],
  ["it['with space']", 'it["with space"]'],
  ["it['in']", 'it["in"]'],
  ['has(it.a)', 'it.a != null'],
  ['!(it.a == null)', 'it.a != null'],
  ['null == it.a', 'it.a == null'],
  ['- 5', '-5'],
  ['-(5)', '-5'],
  ['5.0', '5'],
  ['0x1F', '31'],
  ['-0.0', '0'],
  ['1e30', '1e+30'],
  ["r'\\d'", '"\\\\d"'],
  ['contains(it.a, "b")', 'it.a.contains("b")'],
  ['it.a.lower()', 'lower(it.a)'],
  ['it.list.map(x, x > 1, x * 2)', 'it.list.filter(x, x > 1).map(x, x * 2)'],
  ['it.a // a comment', 'it.a'],
  ['it.a ? it.b : it.c ? 1 : 2', 'it.a ? it.b : it.c ? 1 : 2'],
  ['(it.a ? true : false) ? 1 : 2', '(it.a ? true : false) ? 1 : 2'],
])('writes %s as %s', (text, canonical) => {
  const parsed = parseExpression(text)
  expect(parsed.ok && formatExpression(parsed.expression)).toBe(canonical)
})
