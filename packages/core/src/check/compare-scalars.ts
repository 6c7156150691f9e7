import { lowerKeywords, type RangeKeyword, upperKeywords } from './keywords.ts'
import type { Shape } from './schema-shape.ts'

/** Takes down what differs at the place that is compared. */
export type RefusalSink = (what: string, from: string, to: string, isProven?: boolean) => void

/** The keywords of text, numbers and counts. */
export function compareScalars(given: Shape, wanted: Shape, report: RefusalSink): void {
  for (const keyword of lowerKeywords) compareLimit(given, wanted, keyword, report)
  for (const keyword of upperKeywords) compareLimit(given, wanted, keyword, report)
  compareSets('pattern', given.patterns, wanted.patterns, report)
  compareSets('format', given.formats, wanted.formats, report)
  for (const step of wanted.multiples) {
    const isMultiple = [...given.multiples].some((own) => Number.isInteger(own / step))
    if (!isMultiple) report('multiple of', listed(given.multiples), String(step))
  }
}

/** Formats and patterns are only compared for equality: whether one includes the other is not looked into. */
function compareSets(what: string, given: ReadonlySet<string>, wanted: ReadonlySet<string>, report: RefusalSink): void {
  for (const one of wanted) if (!given.has(one)) report(what, listed(given), one, given.size === 0)
}

const listed = (values: ReadonlySet<unknown>) => (values.size === 0 ? 'none' : [...values].join(' and '))

const partner: { readonly [keyword in RangeKeyword]?: RangeKeyword } = {
  minimum: 'exclusiveMinimum',
  exclusiveMinimum: 'minimum',
  maximum: 'exclusiveMaximum',
  exclusiveMaximum: 'maximum',
  formatMinimum: 'formatExclusiveMinimum',
  formatExclusiveMinimum: 'formatMinimum',
  formatMaximum: 'formatExclusiveMaximum',
  formatExclusiveMaximum: 'formatMaximum',
}

function compareLimit(given: Shape, wanted: Shape, keyword: RangeKeyword, report: RefusalSink): void {
  const limit = wanted.range[keyword]
  if (limit === undefined || !concerns(keyword, given.type)) return
  const own = given.range[keyword]
  const other = partner[keyword] && given.range[partner[keyword]]
  const isLower = keyword.toLowerCase().includes('min')
  const reaches = (bound: number | bigint | undefined, orEqual: boolean) =>
    bound !== undefined && ((isLower ? bound > limit : bound < limit) || (orEqual && bound === limit))
  // An inclusive limit of the given must lie beyond an exclusive one of the wanted; otherwise it may be the same.
  const isExclusive = keyword.toLowerCase().includes('exclusive')
  if (reaches(own, true) || reaches(other, !isExclusive) || reachesAsInteger(given, keyword, limit)) return
  if ((keyword === 'minLength' || keyword === 'minItems') && limit === 0) return
  report(wordOf(keyword), textOf(own ?? other, given), textOf(limit, wanted))
}

/** Of whole numbers, "above 4" is "at least 5". */
function reachesAsInteger({ type, range }: Shape, keyword: RangeKeyword, limit: number | bigint): boolean {
  if (type !== 'integer' || typeof limit !== 'number') return false
  if (keyword === 'minimum') return range.exclusiveMinimum !== undefined && Number(range.exclusiveMinimum) + 1 >= limit
  if (keyword === 'maximum') return range.exclusiveMaximum !== undefined && Number(range.exclusiveMaximum) - 1 <= limit
  return false
}

/** A keyword says nothing of values of another type. */
function concerns(keyword: RangeKeyword, type: string | undefined): boolean {
  if (type === undefined) return true
  if (keyword.endsWith('Length') || keyword.startsWith('format')) return type === 'string'
  if (keyword.endsWith('Items')) return type === 'array'
  return type === 'number' || type === 'integer'
}

const words: { readonly [keyword in RangeKeyword]?: string } = {
  exclusiveMinimum: 'minimum (exclusive)',
  exclusiveMaximum: 'maximum (exclusive)',
  formatMinimum: 'minimum',
  formatMaximum: 'maximum',
  formatExclusiveMinimum: 'minimum (exclusive)',
  formatExclusiveMaximum: 'maximum (exclusive)',
  minLength: 'shortest length',
  maxLength: 'longest length',
  minItems: 'fewest elements',
  maxItems: 'most elements',
}

const wordOf = (keyword: RangeKeyword) => words[keyword] ?? keyword

function textOf(limit: number | bigint | undefined, { formats }: Shape): string {
  if (limit === undefined) return 'none'
  return formats.has('date-time') ? new Date(Number(limit)).toISOString() : String(limit)
}
