import { createHash } from 'node:crypto'

/** Longer ones are hashed. */
const plainLimit = 200

/**
 * The key of a value in a cache: equal values give equal keys and others never do, so that dates and texts, missing and
 * null stay apart.
 *
 * @returns undefined for what is no plain data, e.g. a file
 */
export function cacheKey(parts: readonly unknown[]): string | undefined {
  const text = textOf(parts)
  if (text === undefined || text.length <= plainLimit) return text
  return createHash('sha256').update(text).digest('base64url')
}

function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'boolean':
    case 'undefined':
      return String(value)
    case 'bigint':
      return `${value}n`
    case 'object':
      return value === null ? 'null' : textOfObject(value)
    default:
      return undefined
  }
}

function textOfObject(value: object): string | undefined {
  if (value instanceof Date) return `Date(${value.getTime()})`
  if (Array.isArray(value)) return list('[', value)
  if (value instanceof Set) return list('Set[', [...value])
  if (value instanceof Map) return list('Map[', [...value])
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return undefined
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return list('{', fields.flat())
}

function list(open: string, values: readonly unknown[]): string | undefined {
  let text = open
  for (const value of values) {
    const part = textOf(value)
    if (part === undefined) return undefined
    text += `${part},`
  }
  return text
}
