import type { Json, JsonSchema } from '@heddle/core'
import { walkSchema } from '../openapi/walk-schema.ts'

/** Keywords of a schema that show values. A secret's own schema must not tell what the secret is. */
const telling = ['const', 'enum', 'default', 'examples', 'pattern'] as const

/** The schema of an input without the values that schemas of secrets show: the fields are there, because callers send them. */
export function blankSecrets(schema: JsonSchema): JsonSchema {
  return walkSchema(schema, (part) => {
    if (part['x-sensitive'] !== true) return part
    const kept = { ...part }
    for (const keyword of telling) delete kept[keyword]
    return kept
  }) as JsonSchema
}

/** The schema of what is pushed, without the fields that are secret; what is secret and no field is left open. */
export function leaveOutSecrets(schema: JsonSchema): JsonSchema {
  return walkSchema(schema, (part) => {
    const { properties, required } = part
    if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return blanked(part)
    const fields = Object.entries(properties as Readonly<Record<string, Json>>).filter(([, field]) => !isSecret(field))
    const names = Array.isArray(required) ? required.filter((name) => fields.some(([field]) => field === name)) : []
    const { required: _, ...rest } = part
    return blanked({ ...rest, properties: Object.fromEntries(fields), ...(names.length > 0 && { required: names }) })
  }) as JsonSchema
}

const isSecret = (json: Json) => typeof json === 'object' && json !== null && 'x-sensitive' in json

const blanked = (part: JsonSchema): JsonSchema => (isSecret(part) ? { 'x-sensitive': true } : part)
