import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expressions } from '../../fixtures/expression/expressions.ts'
import { typedExpressions, typedScopes } from '../../fixtures/expression/typed.ts'
import { scopes } from '../../fixtures/expression/values.ts'
import { pathsOf } from './paths.ts'
import { interpret } from './run/interpret.ts'
import { parseExpression } from './text/parse.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 20261121)

function paths(text: string): string[] {
  const parsed = parseExpression(text)
  return parsed.ok ? pathsOf(parsed.expression).map((path) => path.join('.')) : expect.unreachable(text)
}

test.each([
  ['it.delay > 15', ['it.delay']],
  ['it.origin.code == it.origin.city', ['it.origin.code', 'it.origin.city']],
  ['it == it.a', ['it']],
  ['it.stops.map(x, x.code)', ['it.stops.#.code']],
  ['it.stops.exists(x, x.code == it.origin)', ['it.origin', 'it.stops.#.code']],
  ['it.stops.map(x, 1)', ['it.stops']],
  ['it.stops.filter(x, x.minutes > 1).map(x, x.code)', ['it.stops']],
  ['size(it.stops)', ['it.stops']],
  ['it.stops[it.n].code', ['it.n', 'it.stops.#.code']],
  ['it.rows.map(x, x.stops.map(y, y.code + x.id))', ['it.rows.#.id', 'it.rows.#.stops.#.code']],
  ['it.a.map(it, it.b)', ['it.a.#.b']],
  ['has(it.a) ? steps.one.b : 1', ['it.a', 'steps.one.b']],
  ['1 + 2', []],
])('finds what %s reads', (text, expected) => {
  expect(paths(text)).toEqual(expected)
})

/** A value with nothing in it but what stands on the paths. */
function only(value: unknown, kept: readonly (readonly string[])[]): unknown {
  if (kept.some((path) => path.length === 0)) return value
  if (typeof value !== 'object' || value === null || value instanceof Date || ArrayBuffer.isView(value)) return value
  const below = (name: string) => kept.filter(([first]) => first === name || first === '#').map((path) => path.slice(1))
  if (Array.isArray(value)) return value.map((item) => only(item, below('#')))
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => below(name).length > 0)
      .map(([name, field]) => [name, only(field, below(name))]),
  )
}

test.each([
  ['any', expressions, scopes],
  ['right', typedExpressions, typedScopes],
] as const)(
  `the value of %s expressions does not change without what they do not read (seed ${seed})`,
  (_, any, values) => {
    fc.assert(
      fc.property(any, values as fc.Arbitrary<Record<string, unknown>>, (expression, scope) => {
        const read = pathsOf(expression)
        expect(interpret(expression, only(scope, read) as Record<string, unknown>)).toEqual(
          interpret(expression, scope),
        )
      }),
      { seed, numRuns: 5_000 },
    )
  },
)
