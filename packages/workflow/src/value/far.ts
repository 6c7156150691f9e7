import type { Json } from '@heddle/core'

/** A file of a value that is kept: where in the value it stands, and where its bytes are. */
export type FarFile = {
  readonly path: readonly string[]
  readonly sha256: string
  readonly sizeBytes: number
  readonly type: string
  readonly name: string | null
}

/**
 * A value of which something lies outside of its row, among the blobs. It is JSON, so that it can be shown for what it is,
 * and is told from the values of others by being the object that `far` has made.
 */
export type Far = {
  /** What is left in the row. */
  readonly near: Json
  /** Where in the value a part stands that is a content of its own, and which. */
  readonly part: { readonly path: readonly string[]; readonly sha256: string; readonly sizeBytes: number } | null
  readonly files: readonly FarFile[]
}

/** By itself, and by the values that were read from them. */
const known = new WeakMap<object, Far>()
/** What no JSON text begins with. */
const mark = '@'

/** Makes a value of which something lies elsewhere. */
export function far(parts: Far): Far {
  known.set(parts, parts)
  return parts
}

/** Says of a value that was read where it came from, so that it is written as it was. */
export function noteOpened(value: Json, from: Far): Json {
  if (typeof value === 'object' && value !== null) known.set(value, from)
  return value
}

/** Where parts of a value lie. Undefined for what is whole in its row. */
export const farOf = (value: unknown): Far | undefined =>
  typeof value === 'object' && value !== null ? known.get(value) : undefined

/** What must be read from elsewhere before the value is whole. */
export function unopened(value: unknown): Far | undefined {
  const found = farOf(value)
  return found === value ? found : undefined
}

/** The value as a field among others. */
export function farWithin(around: Readonly<Record<string, Json>>, field: string, { near, part, files }: Far): Far {
  return far({
    near: { ...around, [field]: near },
    part: part && { ...part, path: [field, ...part.path] },
    files: files.map((file) => ({ ...file, path: [field, ...file.path] })),
  })
}

/** What stands in a row. */
export function formatValue(value: Json): string {
  const found = farOf(value)
  return found ? mark + JSON.stringify(found) : JSON.stringify(value)
}

/** The value in a row. */
export const parseValue = (text: string): Json =>
  text.startsWith(mark) ? far(JSON.parse(text.slice(1)) as Far) : (JSON.parse(text) as Json)

/** The contents that a row refers to in a column. */
export function contentsIn(text: unknown): Omit<FarFile, 'path'>[] {
  if (typeof text !== 'string' || !text.startsWith(mark)) return []
  return contentsOf(JSON.parse(text.slice(1)) as Far)
}

/** The contents that a value refers to. */
export function contentsOf({ part, files }: Far): Omit<FarFile, 'path'>[] {
  const { sha256, sizeBytes } = part ?? {}
  return sha256 === undefined ? [...files] : [...files, { sha256, sizeBytes: sizeBytes!, type: jsonType, name: null }]
}

/** The media type of a value that is a content of its own. */
export const jsonType = 'application/json'
