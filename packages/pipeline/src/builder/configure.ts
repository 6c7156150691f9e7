/** Settings as somebody would write them: alone, the main field stands without its name. */
export function configure(main: string, config: Readonly<Record<string, unknown>>): unknown {
  const isAlone = Object.entries(config).every(([name, value]) => name === main || value === undefined)
  return isAlone ? config[main] : config
}

/** A value without the fields that say nothing, so that it is the same as JSON. */
export function withoutGaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutGaps)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).filter(([, part]) => part !== undefined)
  return Object.fromEntries(fields.map(([name, part]) => [name, withoutGaps(part)]))
}
