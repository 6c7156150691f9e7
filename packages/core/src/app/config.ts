import type { z } from 'zod'
import { Defect } from '../error/defect.ts'
import { toldIssue } from '../error/issue-text.ts'
import { castInput } from '../schema/cast.ts'
import type { Schema } from '../schema/schema.ts'
import { type ConfigField, configFields } from './config-fields.ts'

/**
 * Reads an app's configuration once: given values win over the environment, where `maxRows` of the app `bank` is
 * `BANK_MAX_ROWS` or `MAX_ROWS`. What is given is read as JSON, what stands in the environment as text.
 *
 * @throws {Defect} InvalidConfig, naming each value that does not fit
 */
export function readConfig(
  type: Schema,
  given: Record<string, unknown>,
  environment: Record<string, string | undefined>,
  app: string,
): unknown {
  const fields = configFields(type, app)
  let found: unknown = given
  for (const { path, type: own, variables } of fields) {
    const variable = variables.find((name) => environment[name] !== undefined)
    if (variable !== undefined) found = filled(found, path, castInput(own, environment[variable], 'text'))
  }
  const parsed = (type as unknown as z.ZodType).safeParse(castInput(type, found, 'json'))
  if (parsed.success) return parsed.data
  const reason = parsed.error.issues
    .map((issue) => toldIssue(type, issue))
    .map(({ path, message }) => `${path.join('.')}${variableText(path.map(String), fields)}: ${message}`)
    .join('; ')
    // The sentence around it ends with a full stop of its own.
    .replace(/\.$/, '')
  throw new Defect('InvalidConfig', { reason })
}

/** The value with another one at a place, unless there is one already. Nothing that was given is changed. */
function filled(value: unknown, [name, ...deeper]: readonly string[], filling: unknown): unknown {
  if (name === undefined) return value ?? filling
  if (value !== undefined && (typeof value !== 'object' || value === null)) return value
  const inner = (value as Record<string, unknown> | undefined)?.[name]
  return { ...value, [name]: filled(inner, deeper, filling) }
}

const variableText = (path: readonly string[], fields: readonly ConfigField[]) => {
  const field = fields.find((each) => each.path.every((segment, index) => path[index] === segment))
  return field ? ` (${field.variables.join(' or ')})` : ''
}
