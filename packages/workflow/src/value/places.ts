import { type Json, StreamedFile, toJson } from '@heddle/core'

/** A file and where in a value it stands. */
export interface FoundFile {
  readonly path: readonly string[]
  readonly file: StreamedFile
}

/** A value as JSON, as `toJson` makes it, with the files in it set aside. */
export function setAside(value: unknown, path: readonly string[], found: FoundFile[]): Json {
  if (value instanceof StreamedFile) {
    found.push({ path, file: value })
    return null
  }
  if (Array.isArray(value)) return value.map((part, index) => setAside(part, [...path, String(index)], found))
  if (!isRecord(value)) return toJson(value)
  const json: Record<string, Json> = {}
  for (const [field, part] of Object.entries(value)) {
    if (part !== undefined) json[field] = setAside(part, [...path, field], found)
  }
  return json
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** A value with another one at a place within it. What lies on the way there is copied. */
export function withAt(value: Json, [field, ...rest]: readonly string[], part: unknown): Json {
  if (field === undefined) return part as Json
  if (Array.isArray(value)) return value.with(Number(field), withAt(value[Number(field)] as Json, rest, part))
  const fields = value as { readonly [key: string]: Json }
  return { ...fields, [field]: withAt(fields[field] ?? null, rest, part) }
}
