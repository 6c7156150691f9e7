import {
  checkExpression,
  compileCondition,
  compileExpression,
  type Expression,
  formatExpression,
  parseExpression,
  pathsOf,
  typeOfSchema,
  typeText,
} from '@heddle/pipeline'
import { z } from 'zod'

export const Flight = z.object({
  id: z.string(),
  delay: z.int(),
  distance: z.number().nullable(),
  status: z.enum(['open', 'late', 'gone']),
  stops: z.array(z.object({ code: z.string(), minutes: z.int() })),
})

/** What the expressions of a step may read, with the types. */
export const scope = { it: typeOfSchema(Flight) }

/** Reads an expression and finds its type; all that is wrong is told, each with its place. */
export function read(text: string): { expression: Expression; type: string } | { mistakes: string[] } {
  const parsed = parseExpression(text)
  const checked = parsed.ok ? checkExpression(parsed.expression, scope) : parsed
  if (parsed.ok && checked.ok && 'type' in checked) {
    return { expression: parsed.expression, type: typeText(checked.type) }
  }
  const errors = 'errors' in checked ? checked.errors : []
  return { mistakes: errors.map(({ message, offset }) => `${offset + 1}: ${message}`) }
}

/** A condition of flights, as one JavaScript function. */
export function condition(text: string): (it: z.infer<typeof Flight>) => boolean {
  const known = read(text)
  if ('mistakes' in known) throw new Error(known.mistakes.join('\n'))
  const holds = compileCondition(known.expression)
  return (it) => holds({ it })
}

/** The value of a text over any names, its one way of being written, and what it reads. */
export function look(text: string, names: Readonly<Record<string, unknown>> = {}) {
  const parsed = parseExpression(text)
  if (!parsed.ok) throw new Error(parsed.errors[0]?.message)
  const { expression } = parsed
  return {
    value: compileExpression(expression)(names),
    text: formatExpression(expression),
    reads: pathsOf(expression).map((path) => path.join('.')),
  }
}
