import { z } from 'zod'

const { regexes } = z.core

// Zod's source of a date is two alternatives: leap days, and all other days.
const dateSource = regexes.date.source.slice(1, -1)
const leapDay = /^\(\?:(\(\?:.*?\)-02-29)\|(.*)\)$/.exec(dateSource)

/**
 * The same language as an expression of Zod for dates and UUIDs, written so that V8 matches it in half of the time. A
 * counted repetition (`[0-9a-f]{8}`) keeps a counter and checks it at each character, so it is written out; what is
 * common comes first; groups capture nothing. None of that can change whether a text matches from end to end.
 */
export function unrolled(source: string): RegExp | undefined {
  if (leapDay && source.startsWith(`^${dateSource}`)) {
    const [, leap, other] = leapDay
    return new RegExp(`^(?:${repeat(other!)}|${leap})${source.slice(1 + dateSource.length)}`)
  }
  if (uuids.has(source)) return new RegExp(repeat(source).replaceAll('(', '(?:'))
  return undefined
}

const uuids = new Set(
  [regexes.guid, regexes.uuid(), ...[1, 2, 3, 4, 5, 6, 7, 8].map(regexes.uuid)].map(({ source }) => source),
)

// `\d` or a plain class of characters, and how often.
const repeat = (source: string): string =>
  source.replaceAll(/(\\d|\[[0-9a-fA-F-]+\])\{(\d+)\}/g, (_, one: string, count: string) => one.repeat(Number(count)))
