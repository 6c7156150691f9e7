import {
  CLIENT_CAPABILITIES_META_KEY,
  type ElicitRequestFormParams,
  type PrimitiveSchemaDefinition,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { Json, JsonSchema } from '@heddle/core'
import { propertiesOf, requiredFields } from '../resources/resource-plan.ts'

/** A form that a client can show. */
export type Form = ElicitRequestFormParams['requestedSchema']

type Fields = Readonly<Record<string, unknown>>

/** Whether a client has somebody to ask, and a form to ask by. */
export function canAsk(server: Server, { mcpReq }: ServerContext): boolean {
  const envelope = mcpReq.envelope as Readonly<Record<string, unknown>> | undefined
  const stated = envelope?.[CLIENT_CAPABILITIES_META_KEY] as { elicitation?: object } | undefined
  const elicitation = stated ? stated.elicitation : server.getClientCapabilities()?.elicitation
  // An older client that names no mode has the form.
  return elicitation !== undefined && ('form' in elicitation || !('url' in elicitation))
}

/**
 * A form for the fields that a call cannot be without and does not have, and for those besides that are as usual unless somebody
 * says otherwise. Undefined where a form does not hold what is missing.
 */
export function missingForm(schema: JsonSchema, given: Fields): Form | undefined {
  const open = (names: readonly string[]) => names.filter((name) => given[name] === undefined)
  const missing = open(requiredFields(schema))
  if (missing.length === 0) return undefined
  const types = propertiesOf(schema)
  const usual = open(Object.keys(types)).filter((name) => fieldOf(types[name])?.default !== undefined)
  return formOf(schema, [...new Set([...missing, ...usual])])
}

/** A form for an object's fields. Undefined where one of them fits into none, or is a secret: those are asked for by nobody. */
export function formOf(schema: JsonSchema, names: readonly string[]): Form | undefined {
  const types = propertiesOf(schema)
  const properties: Record<string, PrimitiveSchemaDefinition> = {}
  for (const name of names) {
    const field = fieldOf(types[name])
    if (!field) return undefined
    properties[name] = field
  }
  const required = requiredFields(schema).filter((name) => names.includes(name))
  return { type: 'object', properties, ...(required.length > 0 && { required: [...required] }) }
}

const formats: ReadonlySet<unknown> = new Set(['email', 'uri', 'date', 'date-time'])

/** A field as the restricted JSON Schema of forms has it. */
function fieldOf(type: Json | undefined): PrimitiveSchemaDefinition | undefined {
  if (typeof type !== 'object' || type === null || Array.isArray(type)) return undefined
  const schema = type as JsonSchema
  if (schema['x-sensitive'] === true || schema['x-file'] !== undefined) return undefined
  const words = pick(schema, ['title', 'description', 'default'])
  if (Array.isArray(schema.enum)) {
    const isText = schema.enum.every((value) => typeof value === 'string')
    return isText ? ({ type: 'string', ...words, enum: schema.enum } as PrimitiveSchemaDefinition) : undefined
  }
  switch (schema.type) {
    case 'string': {
      const format = formats.has(schema.format) ? { format: schema.format } : {}
      return {
        type: 'string',
        ...words,
        ...format,
        ...pick(schema, ['minLength', 'maxLength']),
      } as PrimitiveSchemaDefinition
    }
    case 'number':
    case 'integer':
      return { type: schema.type, ...words, ...pick(schema, ['minimum', 'maximum']) } as PrimitiveSchemaDefinition
    case 'boolean':
      return { type: 'boolean', ...words } as PrimitiveSchemaDefinition
    default:
      return undefined
  }
}

const pick = (schema: JsonSchema, keywords: readonly string[]) =>
  Object.fromEntries(keywords.flatMap((keyword) => (schema[keyword] === undefined ? [] : [[keyword, schema[keyword]]])))
