const formatters = new Map<string, Intl.DateTimeFormat | null>()
const maxFormatters = 500

/** How a zone writes a time, or null for what is no zone: a name such as `Europe/Berlin`, or an offset such as `+02:00`. */
function formatterOf(zone: string): Intl.DateTimeFormat | null {
  let formatter = formatters.get(zone)
  if (formatter === undefined) {
    formatter = makeFormatter(zone)
    if (formatters.size >= maxFormatters) formatters.clear()
    formatters.set(zone, formatter)
  }
  return formatter
}

function makeFormatter(timeZone: string): Intl.DateTimeFormat | null {
  const numeric = 'numeric'
  try {
    return new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
      timeZone,
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    })
  } catch {
    return null
  }
}

/** Whether there is a zone of this name. */
export const isZone = (zone: string): boolean => formatterOf(zone) !== null

// Before it the calendars of zones count years in another way.
const yearOneMs = -62_135_596_800_000

/** The time whose parts in UTC are those that a clock of the zone shows; null of no zone, and before the year 1. */
export function atZone(time: Date, zone: string): Date | null {
  const formatter = formatterOf(zone)
  const ms = time.getTime()
  // A day more, because a zone may be that far behind.
  if (formatter === null || !(ms > yearOneMs + 86_400_000)) return null
  const parts = Object.fromEntries(formatter.formatToParts(time).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts
  const shown = new Date(0)
  shown.setUTCFullYear(year, month - 1, day)
  shown.setUTCHours(hour, minute, second, ((ms % 1000) + 1000) % 1000)
  return shown
}
