import { type Json, StreamedFile, toJson } from '@heddle/core'

/** What becomes of a file in a value: what stands in its place, or undefined for nothing. */
type Replace = (file: StreamedFile, path: readonly string[]) => unknown

/** A value as JSON but for its files, which are replaced. Fields of files that are replaced by nothing are left out. */
export function withFiles(value: unknown, replace: Replace, path: readonly string[] = []): unknown {
  if (value instanceof StreamedFile) return replace(value, path)
  if (value instanceof Set || value instanceof Map) return withFiles([...value], replace, path)
  if (Array.isArray(value)) return value.map((part, index) => withFiles(part, replace, [...path, String(index)]))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return toJson(value)
  }
  const fields: Record<string, unknown> = {}
  for (const [name, part] of Object.entries(value)) {
    const replaced = part === undefined ? undefined : withFiles(part, replace, [...path, name])
    if (replaced !== undefined) fields[name] = replaced
  }
  return fields
}

/** A value as JSON, with its files as they are: for another app of the same process. */
export const jsonAndFiles = (value: unknown): unknown => withFiles(value, (file) => file)

/** Where files stand that a form brings, alone and in lists, with dots for fields in fields. */
export interface FilePlaces {
  readonly files: ReadonlySet<string>
  readonly lists: ReadonlySet<string>
}

/** What was taken out of an input. */
export interface TakenFiles {
  /** The input without them; undefined for a file that was all of it. */
  readonly rest: Json | undefined
  /** By their places: `photo`, `pages`, `cover.front`. */
  readonly parts: readonly (readonly [name: string, file: StreamedFile])[]
}

/**
 * Takes the files out of an input that a form can bring: those at places of their own, and lists of nothing but files. The others,
 * e.g. in unions and records, become `data:` URLs.
 */
export async function takeFiles(
  value: unknown,
  places: FilePlaces,
  toText: (file: StreamedFile) => Promise<string>,
): Promise<TakenFiles> {
  const parts: [string, StreamedFile][] = []
  const inside: StreamedFile[] = []
  const placeOf = (path: readonly string[]) => {
    const name = path.join('.')
    if (places.files.has(name)) return name
    const list = path.slice(0, -1).join('.')
    return places.lists.has(list) ? list : undefined
  }
  const found = withFiles(value, (file, path) => {
    const place = placeOf(path)
    if (place === undefined) inside.push(file)
    else parts.push([place, file])
    return place === undefined ? file : undefined
  })
  if (found === undefined) return { rest: undefined, parts }
  const texts = new Map<StreamedFile, string>()
  for (const file of inside) texts.set(file, await toText(file))
  const rest = withFiles(withoutTaken(found, places.lists), (file) => texts.get(file))
  return { rest: rest as Json, parts }
}

/** Without the lists whose files were taken. */
function withoutTaken(value: unknown, lists: ReadonlySet<string>, path: readonly string[] = []): unknown {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  const fields = Object.entries(value).filter(([name, part]) => {
    const isTaken = Array.isArray(part) && part.length > 0 && lists.has([...path, name].join('.'))
    return !isTaken
  })
  return Object.fromEntries(fields.map(([name, part]) => [name, withoutTaken(part, lists, [...path, name])]))
}
