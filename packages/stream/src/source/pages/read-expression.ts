import { Defect } from '@heddle/core'
import { compileExpression, parseExpression } from '@heddle/pipeline'

/**
 * Makes a function of an expression over `it`.
 *
 * @throws {Defect} InvalidDefinition with what is wrong in it
 */
export function readExpression(text: string, name: string): (it: unknown) => unknown {
  const parsed = parseExpression(text)
  if (!parsed.ok) {
    const reason = `the expression \`${text}\` cannot be read: ${parsed.errors.map(({ message }) => message).join('; ')}`
    throw new Defect('InvalidDefinition', { name, reason })
  }
  const run = compileExpression(parsed.expression)
  return (it) => run({ it })
}
