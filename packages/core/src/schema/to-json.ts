import type { Json } from '../manifest/json.ts'

/**
 * A value as JSON: dates as RFC 3339, big integers as text, sets as lists, maps as lists of pairs; what JSON cannot
 * hold (functions, symbols, NaN) becomes null.
 */
export function toJson(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : null
    case 'bigint':
      return value.toString()
    case 'object':
      return value === null ? null : objectToJson(value)
    default:
      return null
  }
}

function objectToJson(value: object): Json {
  if (Array.isArray(value)) return value.map(toJson)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof Set || value instanceof Map) return [...value].map(toJson)
  if ('toJSON' in value && typeof value.toJSON === 'function') return toJson(value.toJSON())
  const json: Record<string, Json> = {}
  for (const [field, part] of Object.entries(value)) if (part !== undefined) json[field] = toJson(part)
  return json
}

/** Whether a value is JSON as it stands, so that `toJson` would give an equal one. */
export function isJson(value: unknown): value is Json {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean'
  if (value === null) return true
  if (Array.isArray(value)) return value.every(isJson)
  if (Object.getPrototypeOf(value) !== Object.prototype || 'toJSON' in value) return false
  for (const field in value) if (!isJson((value as Record<string, unknown>)[field])) return false
  return true
}
