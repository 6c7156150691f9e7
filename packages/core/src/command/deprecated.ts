import { Defect } from '../error/defect.ts'

/** What is said of a command that callers should leave. */
export interface Deprecation {
  /** The day from which it is deprecated, in UTC, e.g. `2026-11-01`. */
  readonly since: string
  /** The day until which it answers at least. After it, `heddle check` calls its removal safe. @default not known yet */
  readonly sunset?: string
  /** The full name of the command to call in its place. */
  readonly use?: string
}

const form = /^\d{4}-\d\d-\d\d$/

/**
 * Refuses what no reader of a header or of a manifest could understand.
 *
 * @throws {Defect} InvalidDefinition
 */
export function deprecationOf(name: string, given: Deprecation): Deprecation {
  const { since, sunset, use } = given
  for (const [field, day] of Object.entries({ since, ...(sunset !== undefined && { sunset }) })) {
    if (form.test(day) && isDay(day)) continue
    const reason = `deprecated.${field} is "${day}"; a day is written e.g. 2026-11-01`
    throw new Defect('InvalidDefinition', { name, reason })
  }
  if (sunset !== undefined && sunset < since) {
    throw new Defect('InvalidDefinition', { name, reason: 'its sunset is before it is deprecated' })
  }
  return { since, ...(sunset !== undefined && { sunset }), ...(use !== undefined && { use }) }
}

/** The 30th of February is read as a day in March. */
const isDay = (day: string) => !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day)

/** When a day begins, in UTC: milliseconds since 1970. */
export const startOfDay = (day: string): number => Date.parse(day)

/** Whether the day until which a command was promised is over. */
export const isSunset = ({ sunset }: Deprecation, nowMs: number): boolean =>
  sunset !== undefined && nowMs >= startOfDay(sunset) + 86_400_000

/** What is said of it in one line, e.g. `Deprecated since 2026-11-01, gone after 2027-05-01: use bank.PayV2.` */
export function deprecationText({ since, sunset, use }: Deprecation): string {
  const until = sunset === undefined ? '' : `, gone after ${sunset}`
  return `Deprecated since ${since}${until}${use === undefined ? '' : `: use ${use}`}.`
}
