import {
  type AnyFailure,
  type DecodeLimits,
  decodeLimits,
  failed,
  type Outcome,
  success,
  systemFailure,
} from '@heddle/core'

/** Text from a query string, nested by the dots in the names; a name that stands more than once is a list. */
export interface TextFields {
  [name: string]: string | string[] | TextFields
}

/**
 * Reads the query of a URL, without its `?`: `origin.code=LAX&day=1&day=2` is
 * `{ origin: { code: 'LAX' }, day: ['1', '2'] }`. Values stay text; the call casts them to what the type wants.
 *
 * @returns failures `MalformedInput`, `ForbiddenKey`, `TooDeep`
 */
export function decodeQuery(query: string, limits: DecodeLimits = {}): Outcome<TextFields, AnyFailure> {
  const { maxDepth = decodeLimits.maxDepth } = limits
  const fields: TextFields = {}
  if (query === '') return success(fields)
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decodePart(equals < 0 ? pair : pair.slice(0, equals))
    const value = equals < 0 ? '' : decodePart(pair.slice(equals + 1))
    const path = name?.split('.')
    if (path === undefined || value === undefined) return malformed(path)
    const refusal = put(fields, path, value, maxDepth)
    if (refusal) return failed([refusal])
  }
  return success(fields)
}

function malformed(path: readonly string[] | undefined) {
  const reason = 'a percent sign that starts no UTF-8 character'
  return failed([systemFailure('MalformedInput', { format: 'query', reason }, { path })])
}

/** `+` is a space, as forms send it. */
function decodePart(part: string): string | undefined {
  if (!part.includes('%') && !part.includes('+')) return part
  try {
    return decodeURIComponent(part.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

function put(fields: TextFields, path: readonly string[], value: string, maxDepth: number): AnyFailure | undefined {
  if (path.length > maxDepth) {
    return systemFailure('TooDeep', { limit: maxDepth, name: 'maxDepth' }, { path: path.slice(0, maxDepth) })
  }
  let group = fields
  for (const [depth, name] of path.entries()) {
    const at = path.slice(0, depth + 1)
    if (name === '__proto__') return systemFailure('ForbiddenKey', { key: name }, { path: at })
    const known = Object.hasOwn(group, name) ? group[name] : undefined
    const isLast = depth === path.length - 1
    if (isLast && (known === undefined || isText(known))) {
      group[name] = known === undefined ? value : [...[known].flat(), value]
      return undefined
    }
    if (isLast || (known !== undefined && isText(known))) {
      const reason = `"${at.join('.')}" is both a value and a group of values`
      return systemFailure('MalformedInput', { format: 'query', reason }, { path: at })
    }
    group = known === undefined ? (group[name] = {}) : known
  }
  return undefined
}

const isText = (value: string | string[] | TextFields): value is string | string[] =>
  typeof value === 'string' || Array.isArray(value)
