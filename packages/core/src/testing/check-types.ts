import { isDeepStrictEqual } from 'node:util'
import type { z } from 'zod'
import { compileSchema } from '../schema/compile/compile-schema.ts'
import { Issues } from '../schema/compile/issues.ts'
import { jsonSchemaOf } from '../schema/json-schema.ts'
import { toJson } from '../schema/to-json.ts'
import type { TypeEntry } from '../types/entry.ts'
import { makeType } from '../types/parse-type.ts'

/** Values at which checks of other types break down; each type is tried on all of them. */
const others: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  0.5,
  NaN,
  1e21,
  '',
  ' ',
  'a',
  '0',
  '\u0000',
  '🧵',
  [],
  [null],
  {},
  { a: 1 },
  new Date(0),
  7n,
]

/**
 * The contract of a registered type: its examples hold, the compiled check says of every value what Zod says, a refusal
 * says what was expected, and the type can be described. Returns what is wrong, one sentence each.
 *
 * @example expect(checkTypes(listTypes())).toEqual([])
 */
export function checkTypes(entries: Iterable<TypeEntry>): string[] {
  return [...entries].flatMap(checkEntry)
}

function checkEntry(entry: TypeEntry): string[] {
  const findings: string[] = []
  const complain = (what: string) => void findings.push(`${entry.name} ${what}`)
  const vague = new Map<string, unknown>()
  for (const { args, takes = [], turns = [], refuses = [] } of entry.examples) {
    const type = makeType(entry, args)
    const expected = [...takes.map((value) => [value, value] as const), ...turns]
    for (const [from, to] of expected) {
      const checked = type.safeParse(from)
      if (!checked.success) complain(`refuses ${shown(from)}: ${checked.error.issues[0]!.message}`)
      else if (!isDeepStrictEqual(checked.data, to)) {
        complain(`turns ${shown(from)} into ${shown(checked.data)}, not into ${shown(to)}`)
      }
    }
    for (const value of refuses) if (type.safeParse(value).success) complain(`takes ${shown(value)}`)
    for (const value of [...expected.map(([from]) => from), ...refuses].flatMap(neighbours).concat(others)) {
      const difference = differenceFromZod(type, value)
      if (difference) complain(`of ${shown(value)}: ${difference}`)
      const message = type.safeParse(value).error?.issues.find((issue) => isVague(issue.message))?.message
      if (message !== undefined && !vague.has(message)) vague.set(message, value)
    }
    for (const side of ['input', 'output'] as const) jsonSchemaOf(type, side)
  }
  for (const [message, value] of vague) {
    complain(`refuses ${shown(value)} and does not say what was expected: ${message}`)
  }
  return findings
}

function differenceFromZod(type: z.ZodType, value: unknown): string | undefined {
  const ours = compileSchema(type).run(structuredClone(value))
  const zods = type.safeParse(structuredClone(value))
  if (ours instanceof Issues) {
    return isDeepStrictEqual(ours.issues, zods.error?.issues)
      ? undefined
      : 'the compiled check has other issues than Zod'
  }
  if (!zods.success) return 'the compiled check takes it, Zod does not'
  return isDeepStrictEqual(ours, zods.data) ? undefined : 'the compiled check gives another value than Zod'
}

/** A value and some that differ from it a little. */
function neighbours(value: unknown): unknown[] {
  if (typeof value === 'number') return [value, value + 1, -value, value / 3, String(value)]
  if (typeof value !== 'string') return [value, [value]]
  return [value, `${value}x`, ` ${value} `, value.slice(1), value.slice(0, -1), value.toUpperCase(), [value]]
}

/** A message that does not say what would have been right; one that names a format does. */
const isVague = (message: string) =>
  message === 'Invalid input' || !/expected|must|^Invalid \w|^Unrecognized key/.test(message)

const shown = (value: unknown) => (value === undefined ? 'undefined' : JSON.stringify(toJson(value)))
