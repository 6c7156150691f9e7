import type { ValueType } from '@heddle/pipeline'

/** Where a value has a number that is infinite or none, and that number; undefined where it has none. */
export type NotFinite = (value: unknown) => Found | undefined

interface Found {
  /** From the record to the number, e.g. `left/ratio`; empty for the record itself. */
  readonly path: string
  readonly found: number
}

/**
 * Looks for numbers that no JSON can hold, where a type says that numbers are: only expressions make them, by leaving what a double can
 * hold. Looks only at what can hold a number; undefined where nothing can.
 */
export function notFinite(type: ValueType): NotFinite | undefined {
  switch (type.kind) {
    case 'number':
    case 'int':
    case 'duration':
      return (value) => (typeof value === 'number' && !Number.isFinite(value) ? { path: '', found: value } : undefined)
    case 'record':
      return ofFields(
        Object.entries(type.fields).flatMap(([name, field]) => {
          const inner = notFinite(field.type)
          return inner ? [[name, inner] as const] : []
        }),
      )
    case 'list':
      return ofParts(notFinite(type.items))
    case 'map':
      return ofParts(notFinite(type.values))
    case 'union': {
      const options = type.options.flatMap((option) => notFinite(option) ?? [])
      if (options.length === 0) return undefined
      return (value) => {
        for (const option of options) {
          const found = option(value)
          if (found !== undefined) return found
        }
        return undefined
      }
    }
    default:
      return undefined
  }
}

function ofFields(fields: readonly (readonly [string, NotFinite])[]): NotFinite | undefined {
  if (fields.length === 0) return undefined
  return (value) => {
    if (typeof value !== 'object' || value === null) return undefined
    const record = value as Readonly<Record<string, unknown>>
    for (const [name, inner] of fields) {
      const found = inner(record[name])
      if (found !== undefined) return within(name, found)
    }
    return undefined
  }
}

function ofParts(inner: NotFinite | undefined): NotFinite | undefined {
  if (!inner) return undefined
  return (value) => {
    if (typeof value !== 'object' || value === null) return undefined
    for (const [name, part] of Object.entries(value)) {
      const found = inner(part)
      if (found !== undefined) return within(name, found)
    }
    return undefined
  }
}

const within = (name: string, { path, found }: Found): Found => ({
  path: path === '' ? name : `${name}/${path}`,
  found,
})
