import type { Category } from './codes.ts'

/** One step into a value: a field name, or an index. */
export type PathSegment = string | number

/** Stands for any index of a list and any key of a record in the errors a command can have. */
export const anyIndex = '#'

/** The parts of an error key. */
export interface ErrorKey {
  /** Full names of the subcommands crossed, outermost first; empty for a command's own error. */
  readonly via: readonly string[]
  readonly category: Category
  readonly path: readonly PathSegment[]
  readonly code: string
}

const escape = (segment: PathSegment) =>
  segment === anyIndex ? anyIndex : String(segment).replaceAll('~', '~0').replaceAll('/', '~1')
const unescape = (segment: string) => segment.replaceAll('~1', '/').replaceAll('~0', '~')

/**
 * Writes the key of an error: names of the subcommands crossed, joined by `>`, then category, path and code.
 * A literal field name `#` is written as itself; only `~` and `/` are escaped, as in JSON Pointer (RFC 6901).
 *
 * @example
 * formatErrorKey({ via: ['bank.NotifyOwner'], category: 'data', path: ['items', '#', 'email'], code: 'InvalidString' })
 * // 'bank.NotifyOwner>data/items/#/email:InvalidString'
 */
export function formatErrorKey({ via, category, path, code }: ErrorKey): string {
  let key = ''
  for (const name of via) key += `${name}>`
  key += category
  for (const segment of path) key += `/${escape(segment)}`
  return `${key}:${code}`
}

/**
 * Reads an error key back. Segments come back as text: a key does not say whether `0` was an index or a field.
 *
 * @returns undefined when the text is no error key.
 */
export function parseErrorKey(key: string): ErrorKey | undefined {
  const colon = key.lastIndexOf(':')
  if (colon < 0) return undefined
  const slash = key.indexOf('/')
  const head = key.slice(0, slash < 0 || slash > colon ? colon : slash)
  const path =
    slash < 0 || slash > colon
      ? []
      : key
          .slice(slash + 1, colon)
          .split('/')
          .map(unescape)
  const via = head.split('>')
  const category = via.pop()
  if (!isCategory(category)) return undefined
  return { via, category, path, code: key.slice(colon + 1) }
}

const categories: ReadonlySet<string> = new Set(['data', 'runtime', 'domain', 'system', 'auth', 'external'])
const isCategory = (text: string | undefined): text is Category => text !== undefined && categories.has(text)
