import type { Key } from '../record/record.ts'

/** What a key is found by in a `Map`: itself, where it is a plain value. */
export type MapKey = string | number | boolean | null

/** A text that begins with this character is escaped, so that no text is taken for a list. */
const mark = '\u0000'

/** What stands for a key in a `Map`: keys that differ stay different, −0 is 0, and NaN is equal to itself. */
export function mapKeyOf(key: Key): MapKey {
  if (typeof key === 'string') return key.charCodeAt(0) === 0 ? `${mark}text${key}` : key
  return typeof key === 'object' && key !== null ? `${mark}list${keyText(key)}` : key
}

/** Whether two are one key of a map: NaN is itself, and −0 is 0. */
export const isSameMapKey = (one: MapKey, other: MapKey): boolean => one === other || Object.is(one, other)

const surrogates = /[\ud800-\udfff]/g
/** Whether a text is more than itself between quotes: JSON escapes something in it, or surrogates may. */
// oxlint-disable-next-line no-control-regex -- JSON escapes them
const isEscaped = /["\\\u0000-\u001f\ud800-\udfff]/

/**
 * A key as text, for the file: JSON, and the words NaN, Infinity and -Infinity for what JSON lacks. −0 is 0. Halves of
 * surrogate pairs are escaped: they stay what they are, and texts have the same order in JavaScript and in SQLite.
 */
export function keyText(key: Key): string {
  if (typeof key === 'number') return String(key) // −0 gives 0.
  if (typeof key !== 'object' || key === null) return plainText(key)
  let text = '['
  for (const part of key) text += (text === '[' ? '' : ',') + (typeof part === 'number' ? part : plainText(part))
  return `${text}]`
}

function plainText(value: string | boolean | null): string {
  if (typeof value !== 'string') return String(value)
  if (!isEscaped.test(value)) return `"${value}"`
  const text = JSON.stringify(value)
  return surrogates.test(text) ? text.replace(surrogates, escaped) : text
}

const escaped = (half: string) => `\\u${half.charCodeAt(0).toString(16)}`

const outsideJson: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
])

/** The key that a text stands for. */
export function keyOfText(text: string): Key {
  if (!text.startsWith('[')) return outsideJson.get(text) ?? (JSON.parse(text) as Key)
  // Texts are passed over as a whole, since they may hold these words.
  const json = text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (found) =>
    found.startsWith('"') ? found : `{"is":"${found}"}`,
  )
  const parts = JSON.parse(json) as (string | number | boolean | null | { readonly is: string })[]
  return parts.map((part) => (typeof part === 'object' && part !== null ? outsideJson.get(part.is)! : part))
}

/** The order of texts, by code unit. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
