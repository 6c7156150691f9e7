import { toJson } from '../to-json.ts'
import { masked } from './masked.ts'
import type { Masker } from './mask.ts'

/** Takes marked values out of what others wrote: texts, and the texts and numbers inside of JSON. */
export interface Scrubber {
  text(text: string): string
  /** The fields as JSON. */
  fields(fields?: Readonly<Record<string, unknown>>): Record<string, unknown>
}

/** A shorter text is only replaced where it stands as a word: the letter `a` is no secret in the middle of others. */
const shortest = 4

/**
 * What takes the marked values of some values out of texts, e.g. out of the message of an exception that quotes one.
 * Yes and no are left: they are no secret by themselves.
 *
 * @returns undefined when the values hold nothing marked
 */
export function scrubberOf(values: Iterable<readonly [Masker, unknown]>): Scrubber | undefined {
  const found: unknown[] = []
  for (const [masker, value] of values) masker(value, found)
  const secrets = new Set<string>()
  for (const secret of found) collect(toJson(secret), secrets)
  if (secrets.size === 0) return undefined
  // The longest first: one secret may be the beginning of another one.
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(longestFirst.map(patternOf).join('|'), 'gu')
  const text = (told: string) => told.replaceAll(pattern, masked)
  return {
    text,
    fields: (fields = {}) => scrubJson(toJson(fields), secrets, text) as Record<string, unknown>,
  }
}

function collect(value: unknown, secrets: Set<string>): void {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) collect(part, secrets)
    return
  }
  if (typeof value !== 'string' && typeof value !== 'number') return
  const written = String(value)
  if (written.trim() === '') return
  secrets.add(written)
  // As it is written inside of JSON.
  secrets.add(JSON.stringify(written).slice(1, -1))
}

function patternOf(secret: string): string {
  const escaped = secret.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
  return secret.length >= shortest ? escaped : String.raw`(?<![\p{L}\p{N}])${escaped}(?![\p{L}\p{N}])`
}

function scrubJson(json: unknown, secrets: ReadonlySet<string>, text: (told: string) => string): unknown {
  if (typeof json === 'string') return text(json)
  if (typeof json === 'number') return secrets.has(String(json)) ? masked : json
  if (Array.isArray(json)) return json.map((part: unknown) => scrubJson(part, secrets, text))
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(Object.entries(json).map(([key, part]) => [text(key), scrubJson(part, secrets, text)]))
}
