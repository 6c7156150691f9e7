import type { z } from 'zod'
import { fits, isPlain } from '../fits.ts'
import { lazyType, type ZodType } from '../zod-type.ts'
import { holdsAnnotation } from './annotate.ts'
import { masked } from './masked.ts'
import { type Masker, type MaskerOf, type MaskSide, maskWhole } from './mask.ts'

/** Makes the masker of a type that holds something marked, out of those of its parts. */
export function buildMasker(type: ZodType, side: MaskSide, maskerOf: MaskerOf): Masker {
  const { def } = type._zod
  const of = (part: z.core.$ZodType) => maskerOf(part, side)
  switch (def.type) {
    case 'object':
      return maskObject(def, of, false)
    case 'record':
      return maskRecord(def, of)
    case 'array':
      return maskList(() => of(def.element))
    case 'tuple':
      return maskList((index) => {
        const item = def.items[index] ?? def.rest
        return item ? of(item) : maskWhole
      })
    case 'set':
      return (value, found) =>
        value instanceof Set
          ? [...value].map((part) => of(def.valueType)!(part, found))
          : maskList(() => of(def.valueType))(value, found)
    case 'map':
      return maskMap(def, of)
    case 'union':
      return maskUnion(def, side, maskerOf)
    case 'intersection':
      return maskBoth(def, of)
    case 'pipe':
      return maskPipe(def, side, of)
    case 'lazy':
      return (value, found) => of(lazyType(type))!(value, found)
    case 'nullable': {
      const inner = of(def.innerType)!
      return (value, found) => (value === null ? null : inner(value, found))
    }
    case 'optional':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return of(def.innerType)!
    default:
      return maskWhole
  }
}

type Of = (part: z.core.$ZodType) => Masker | undefined

function maskObject({ shape, catchall }: z.core.$ZodObjectDef, of: Of, isOpen: boolean): Masker {
  const fields = new Map(Object.entries(shape).map(([field, type]) => [field, of(type)]))
  // A misspelt field may hold what was meant for a marked one, and so may its name.
  const isLoose = catchall && catchall._zod.def.type !== 'never'
  const others = isLoose ? of(catchall) : isOpen ? undefined : maskWhole
  return (value, found) => {
    if (!isPlain(value)) return maskWhole(value, found)
    const known = mapFields(value, (field) => (fields.has(field) ? fields.get(field) : others), found)
    return others === maskWhole && !isLoose ? withoutOtherNames(known, fields) : known
  }
}

function withoutOtherNames(value: Record<string, unknown>, fields: ReadonlyMap<string, unknown>) {
  const entries = Object.entries(value)
  if (entries.every(([field]) => fields.has(field))) return value
  return Object.fromEntries(entries.map(([field, part]) => [fields.has(field) ? field : masked, part]))
}

function maskRecord({ keyType, valueType }: z.core.$ZodRecordDef, of: Of): Masker {
  if (of(keyType)) return maskWhole
  const masker = of(valueType)
  return (value, found) => (isPlain(value) ? mapFields(value, () => masker, found) : maskWhole(value, found))
}

function mapFields(
  value: Record<string, unknown>,
  maskerFor: (field: string) => Masker | undefined,
  found?: unknown[],
): Record<string, unknown> {
  const entries = Object.entries(value).map(([field, part]) => {
    const masker = maskerFor(field)
    return [field, masker ? masker(part, found) : part] as const
  })
  return Object.fromEntries(entries)
}

function maskList(maskerAt: (index: number) => Masker | undefined): Masker {
  return (value, found) => {
    if (!Array.isArray(value)) return maskWhole(value, found)
    return value.map((part: unknown, index) => {
      const masker = maskerAt(index)
      return masker ? masker(part, found) : part
    })
  }
}

/** A map as pairs, because masked keys would fall together. */
function maskMap({ keyType, valueType }: z.core.$ZodMapDef, of: Of): Masker {
  const [key, part] = [of(keyType), of(valueType)]
  const pair = maskList((index) => (index === 0 ? key : index === 1 ? part : maskWhole))
  return (value, found) => {
    if (value instanceof Map) return [...value].map((entry) => pair(entry, found))
    if (isPlain(value) && !key) return mapFields(value, () => part, found)
    return maskList(() => pair)(value, found)
  }
}

/** Masks for every member that has the shape of the value; what fits none could be any of them. */
function maskUnion({ options }: z.core.$ZodUnionDef, side: MaskSide, maskerOf: MaskerOf): Masker {
  return (value, found) => {
    const fitting = options.filter((option) => fits(option, value, side))
    if (fitting.length === 0) return maskWhole(value, found)
    return fitting.reduce<unknown>((part, option) => maskerOf(option, side)?.(part, found) ?? part, value)
  }
}

/** Each side of an intersection knows only some of the fields. */
function maskBoth({ left, right }: z.core.$ZodIntersectionDef, of: Of): Masker {
  const maskers = [left, right].map((part) => {
    const { def } = (part as ZodType)._zod
    return def.type === 'object' ? maskObject(def, of, true) : of(part)
  })
  return (value, found) => maskers.reduce<unknown>((part, masker) => (masker ? masker(part, found) : part), value)
}

/**
 * Where only the other side of a pipe is marked, nobody knows which part of this side it was made from, unless the value
 * has that shape already.
 */
function maskPipe(def: z.core.$ZodPipeDef, side: MaskSide, of: Of): Masker {
  const [here, there] = side === 'input' ? [def.in, def.out] : [def.out, def.in]
  if (holdsAnnotation(here)) return of(here)!
  const isCode = (here as ZodType)._zod.def.type === 'transform'
  return (value, found) =>
    isCode && side === 'input' && fits(there, value, side) ? of(there)!(value, found) : maskWhole(value, found)
}
