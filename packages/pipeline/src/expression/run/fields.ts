// Fields of these names are found on every list, date or object, though nobody put them there. Methods are none of them:
// a function is no value of the language, so that it is read as null anyhow.
const inherited = new Set(
  [Object, Array, Date, Map, Set, Uint8Array, Function, RegExp].flatMap(({ prototype }) =>
    Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([name, { value }]) =>
      typeof value === 'function' ? [] : [name],
    ),
  ),
)

/** Whether a field can be read with a dot, without asking first whether the record has it. */
export const isPlainName = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name) && !inherited.has(name)

/** What JavaScript holds, as the language sees it: what is missing is null, and there are no functions. */
export const known = (value: unknown): unknown => (value === undefined || typeof value === 'function' ? null : value)

/** A field of a record; null where there is none, and where it is no record. */
export function fieldOf(of: unknown, name: string): unknown {
  if (typeof of !== 'object' || of === null || Array.isArray(of)) return null
  if (inherited.has(name) && !Object.hasOwn(of, name)) return null
  return known((of as Readonly<Record<string, unknown>>)[name])
}

/** An element of a list by its position, or a field of a record by its name. */
export function elementAt(of: unknown, at: unknown): unknown {
  if (typeof at === 'string') return fieldOf(of, at)
  if (!Array.isArray(of)) return null
  return typeof at === 'number' || typeof at === 'bigint' ? known((of as readonly unknown[])[Number(at)]) : null
}
