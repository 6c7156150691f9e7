import type { Json } from '../manifest/json.ts'

const annotations: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'id',
  'title',
  'description',
  'examples',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
])

/** Whether a keyword says nothing about which values fit. Of our own, only the entity of a reference does. */
export const isAnnotation = (keyword: string): boolean =>
  annotations.has(keyword) || (keyword.startsWith('x-') && keyword !== 'x-entity')

/** Lowest and highest of a value, of a length or of a count. Missing: no limit. */
export type Range = { [keyword in RangeKeyword]?: number | bigint }

export type RangeKeyword =
  | 'minimum'
  | 'exclusiveMinimum'
  | 'minLength'
  | 'minItems'
  | 'formatMinimum'
  | 'formatExclusiveMinimum'
  | 'maximum'
  | 'exclusiveMaximum'
  | 'maxLength'
  | 'maxItems'
  | 'formatMaximum'
  | 'formatExclusiveMaximum'

/** The lower limits; the upper ones are their names with `max`. */
export const lowerKeywords = [
  'minimum',
  'exclusiveMinimum',
  'minLength',
  'minItems',
  'formatMinimum',
  'formatExclusiveMinimum',
] as const
export const upperKeywords = [
  'maximum',
  'exclusiveMaximum',
  'maxLength',
  'maxItems',
  'formatMaximum',
  'formatExclusiveMaximum',
] as const

const lower: ReadonlySet<string> = new Set(lowerKeywords)
export const rangeKeywords: ReadonlySet<string> = new Set([...lowerKeywords, ...upperKeywords])

/** Keeps the narrower of two limits. */
export function tighten(range: Range, keyword: string, value: Json): void {
  const limit = limitOf(value)
  const known = range[keyword as RangeKeyword]
  if (known === undefined || (lower.has(keyword) ? limit > known : limit < known))
    range[keyword as RangeKeyword] = limit
}

/** Limits of dates and big integers are text. */
export function limitOf(value: Json): number | bigint {
  if (typeof value !== 'string') return value as number
  return /^-?\d+$/.test(value) ? BigInt(value) : Date.parse(value)
}
