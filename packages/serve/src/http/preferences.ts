/** The longest time that `Prefer: wait` may ask for: a day. */
const mostSeconds = 86_400

/**
 * How long a request wants to be waited for, in seconds (`Prefer: wait=10`, RFC 7240). As that demands, a preference that
 * cannot be read counts as not stated.
 */
export function waitPreference(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  for (const preference of header.split(',')) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;.*)?$/i.exec(preference) ?? []
    // Of a preference that is stated twice the first counts.
    if (seconds !== undefined) return Math.min(Number(seconds), mostSeconds)
  }
  return undefined
}

/** Whether a request wants to be answered before its work is done (`Prefer: respond-async`, RFC 7240). */
export const prefersAsync = (header: string | undefined): boolean =>
  header !== undefined && header.split(',').some((preference) => /^\s*respond-async\s*(?:;.*)?$/i.test(preference))
