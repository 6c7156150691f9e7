import { parseDuration } from '@heddle/core'
import { usageFailure } from './flag-tokens.ts'

/**
 * The time that a flag gives: a moment with its offset, or the beginning of a day in UTC. One that is left out stays so.
 *
 * @throws {Failure} InvalidUsage
 */
export function timeOf(flag: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const isWhole = /^\d{4}-\d{2}-\d{2}(?:t.+(?:z|[+-]\d{2}:\d{2}))?$/i.test(text)
  const at = new Date(text)
  if (isWhole && !Number.isNaN(at.getTime())) return at.toISOString()
  throw usageFailure(`${flag} is a time like 2026-11-01T00:00:00Z or a day like 2026-11-01, not "${text}"`)
}

/**
 * The duration that a flag gives, as it was typed. One that is left out stays so.
 *
 * @throws {Failure} InvalidUsage
 */
export function durationOf(flag: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  try {
    parseDuration(text)
    return text
  } catch {
    throw usageFailure(`${flag} is a duration like 250ms, 2s, 15m, 2h or 7d, not "${text}"`)
  }
}
