import type { z } from 'zod'
import { fits, isPlain } from '../fits.ts'
import type { Schema } from '../schema.ts'
import { lazyType, type ZodType } from '../zod-type.ts'
import { withheld, type Withholder, withholdWhole } from './withhold.ts'

type Of = (part: Schema) => Withholder | undefined

/**
 * Makes the withholder of a type that holds a secret, out of those of its parts. Its values have passed the check of the
 * type, so what has another shape is one that only code knows, and is withheld whole.
 */
export function buildWithholder(type: ZodType, of: Of): Withholder {
  const { def } = type._zod
  switch (def.type) {
    case 'object':
      return withholdFields(new Map(Object.entries(def.shape).map(([field, part]) => [field, of(part)])), () =>
        def.catchall ? of(def.catchall) : undefined,
      )
    case 'record':
      return of(def.keyType)
        ? (value) => (isPlain(value) ? {} : withheld)
        : withholdFields(new Map(), () => of(def.valueType))
    case 'array':
      return withholdElements(() => of(def.element))
    case 'tuple':
      return withholdPlaces((index) => of((def.items[index] ?? def.rest) as Schema))
    case 'set': {
      const elements = withholdElements(() => of(def.valueType))
      return (value) => (value instanceof Set ? new Set(elements([...value]) as unknown[]) : withheld)
    }
    case 'map': {
      const pair = withholdPlaces((index) => of(index === 0 ? def.keyType : def.valueType))
      // As a list, since keys that are withheld would fall together.
      return (value) => (value instanceof Map ? [...value].map(pair) : withheld)
    }
    case 'union':
      return withholdFitting(def.options, of)
    case 'intersection': {
      const both = [of(def.left), of(def.right)].filter((side) => side !== undefined)
      return (value) => both.reduce<unknown>((part, side) => (part === withheld ? withheld : side(part)), value)
    }
    case 'pipe':
      return of(def.out)!
    case 'lazy':
      return (value) => of(lazyType(type))!(value)
    case 'nullable':
    case 'optional':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch': {
      const inner = of(def.innerType)!
      return (value) => (value === null || value === undefined ? value : inner(value))
    }
    default:
      return withholdWhole
  }
}

function withholdFields(
  fields: ReadonlyMap<string, Withholder | undefined>,
  others: () => Withholder | undefined,
): Withholder {
  return (value) => {
    if (!isPlain(value)) return withheld
    const other = others()
    const entries: (readonly [string, unknown])[] = []
    for (const [field, part] of Object.entries(value)) {
      const withholder = fields.has(field) ? fields.get(field) : other
      const told = withholder === undefined ? part : withholder(part)
      if (told !== withheld) entries.push([field, told])
    }
    return Object.fromEntries(entries)
  }
}

function withholdElements(element: () => Withholder | undefined): Withholder {
  return (value) => {
    if (!Array.isArray(value)) return withheld
    const withholder = element()
    return withholder === undefined ? value : value.map(withholder).filter((part) => part !== withheld)
  }
}

/** Where a place means something, null keeps it. */
function withholdPlaces(withholderAt: (index: number) => Withholder | undefined): Withholder {
  return (value) => {
    if (!Array.isArray(value)) return withheld
    return value.map((part: unknown, index) => {
      const withholder = withholderAt(index)
      const told = withholder === undefined ? part : withholder(part)
      return told === withheld ? null : told
    })
  }
}

/** A value that could be any of several members leaves without the secrets of each; what fits none stays. */
function withholdFitting(options: readonly z.core.$ZodType[], of: Of): Withholder {
  return (value) => {
    const closely = options.filter((option) => fits(option, value, 'output'))
    // In an intersection the fields of the other side stand beside.
    const fitting = closely.length > 0 ? closely : options.filter((option) => fits(option, value, 'output', true))
    if (fitting.length === 0) return withheld
    return fitting.reduce<unknown>((part, option) => {
      const withholder = of(option)
      return withholder === undefined || part === withheld ? part : withholder(part)
    }, value)
  }
}
