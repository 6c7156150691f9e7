import type { JsonSchema } from '@heddle/core'
import { walkSchema } from '../openapi/walk-schema.ts'

/** Those that JSON Schema 2020-12 names. */
const known: ReadonlySet<unknown> = new Set([
  'date-time',
  'date',
  'time',
  'duration',
  'email',
  'idn-email',
  'hostname',
  'idn-hostname',
  'ipv4',
  'ipv6',
  'uri',
  'uri-reference',
  'iri',
  'iri-reference',
  'uuid',
  'uri-template',
  'json-pointer',
  'relative-json-pointer',
  'regex',
])

/** A type whose formats every validator knows; others stand as `x-format`. Clients complain of those, or refuse the tool. */
export const withKnownFormats = (schema: JsonSchema): JsonSchema =>
  walkSchema(schema, ({ format, ...others }) =>
    format === undefined || known.has(format)
      ? { ...others, ...(format !== undefined && { format }) }
      : { ...others, 'x-format': format },
  ) as JsonSchema
