import { z } from 'zod'
import { Defect } from '../error/defect.ts'
import { toldIssue } from '../error/issue-text.ts'
import { castInput } from '../schema/cast.ts'
import type { Schema } from '../schema/schema.ts'

/**
 * Reads an app's configuration once: given values win over the environment, where `maxRows` is `MAX_ROWS`.
 *
 * @throws {Defect} InvalidConfig, naming each value that does not fit
 */
export function readConfig(
  type: Schema,
  given: Record<string, unknown>,
  environment: Record<string, string | undefined>,
): unknown {
  const found: Record<string, unknown> = {}
  for (const name of fieldsOf(type)) {
    const value = given[name] ?? environment[variableOf(name)]
    if (value !== undefined) found[name] = value
  }
  const parsed = (type as unknown as z.ZodType).safeParse(castInput(type, found, 'text'))
  if (parsed.success) return parsed.data
  const reason = parsed.error.issues
    .map((issue) => toldIssue(type, issue))
    .map(({ path, message }) => `${path.join('.')} (${variableOf(String(path[0] ?? ''))}): ${message}`)
    .join('; ')
  throw new Defect('InvalidConfig', { reason })
}

/** `maxRows` → `MAX_ROWS` */
const variableOf = (name: string) => name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase()

function fieldsOf(type: Schema): string[] {
  if (type instanceof z.ZodObject) return Object.keys(type.shape)
  throw new Defect('InvalidDefinition', { name: 'config', reason: 'the configuration is a z.object({ … })' })
}
