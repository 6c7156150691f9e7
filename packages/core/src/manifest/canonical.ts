import type { Json } from './json.ts'

/**
 * The one text of a JSON value (RFC 8785): fields in the order of their UTF-16 code units, no white space, numbers and
 * strings as ECMAScript writes them. Fields without a value are left out, as JSON does.
 */
export function canonicalJson(json: Json): string {
  if (typeof json !== 'object' || json === null) return JSON.stringify(json)
  if (isList(json)) return json.some(isObject) ? `[${json.map(canonicalJson).join(',')}]` : JSON.stringify(json)
  let text = ''
  for (const field of Object.keys(json).sort()) {
    const value = json[field]
    if (value !== undefined) text += `${text && ','}${JSON.stringify(field)}:${canonicalJson(value)}`
  }
  return `{${text}}`
}

// `Array.isArray` does not narrow a readonly list.
const isList = (json: object): json is readonly Json[] => Array.isArray(json)

const isObject = (json: Json) => typeof json === 'object' && json !== null
