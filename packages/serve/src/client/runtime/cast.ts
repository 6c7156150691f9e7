/** The JSON of which text, field or element stands for more than JSON: written by the generator for each command. */
export type Cast =
  | 'date'
  | 'bigint'
  /** A type that is used in several places, by its name. */
  | { readonly of: string }
  /** The fields of an object, and `rest` for those that are not listed. */
  | { readonly fields: Casts; readonly rest?: Cast }
  /** Every element of a list. */
  | { readonly each: Cast }
  /** The elements of a list by their places, and `rest` for those behind. */
  | { readonly items: readonly (Cast | null)[]; readonly rest?: Cast }
  /** The first alternative that fits. */
  | { readonly any: readonly Alternative[] }

/** Casts by name. */
export type Casts = Readonly<Record<string, Cast>>

/** One of several types: how it is told from the others, and its cast, if it has one. */
export interface Alternative {
  readonly is: 'text' | 'list' | 'object'
  /** Texts that are those of another alternative. */
  readonly not?: readonly unknown[]
  /** Fields that it must have. */
  readonly has?: readonly string[]
  /** Fields that have one of these values. */
  readonly where?: Readonly<Record<string, readonly unknown[]>>
  readonly cast?: Cast
}

type Fields = Record<string, unknown>

/** Makes of parsed JSON what it stands for, in place. What does not fit stays as it is. */
export function restore(cast: Cast | undefined, value: unknown, types: Casts = {}): unknown {
  if (cast === undefined || value === null || value === undefined) return value
  if (cast === 'date') return typeof value === 'string' ? new Date(value) : value
  if (cast === 'bigint') return typeof value === 'string' ? BigInt(value) : value
  if ('of' in cast) return restore(types[cast.of], value, types)
  if ('any' in cast) return restore(cast.any.find((each) => isOf(each, value))?.cast, value, types)
  if (Array.isArray(value)) {
    const list = value as unknown[]
    for (const [index, each] of list.entries()) {
      const of = 'each' in cast ? cast.each : 'items' in cast ? (cast.items[index] ?? cast.rest) : undefined
      list[index] = restore(of, each, types)
    }
  } else if (typeof value === 'object' && 'fields' in cast) {
    const fields = value as Fields
    for (const name in fields) {
      const of = Object.hasOwn(cast.fields, name) ? cast.fields[name] : cast.rest
      if (of !== undefined) fields[name] = restore(of, fields[name], types)
    }
  }
  return value
}

function isOf({ is, not, has, where }: Alternative, value: unknown): boolean {
  if (is === 'text') return typeof value === 'string' && !(not?.includes(value) ?? false)
  if (is === 'list') return Array.isArray(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const fields = value as Fields
  if (has?.some((name) => !Object.hasOwn(fields, name))) return false
  return Object.entries(where ?? {}).every(([name, values]) => values.includes(fields[name]))
}
