import type { z } from 'zod'
import { checksOf, lazyType, type ZodType } from './zod-type.ts'

/**
 * Whether a value has the shape of a type, apart from its checks: by this the member of a union is chosen for which a
 * text is cast. Objects must not have unknown fields, as at surfaces. What only code knows fits.
 */
export function fits(schema: z.core.$ZodType, value: unknown, side: 'input' | 'output'): boolean {
  const type = schema as ZodType
  const inner = (part: z.core.$ZodType, below: unknown) => fits(part, below, side)
  const { def } = type._zod
  switch (def.type) {
    case 'string':
    case 'template_literal':
      return typeof value === 'string'
    case 'number':
      return typeof value === 'number' && (Number.isInteger(value) || !isInteger(type))
    case 'boolean':
    case 'bigint':
    case 'symbol':
    case 'undefined':
    case 'function':
      return typeof value === def.type
    case 'void':
      return value === undefined
    case 'null':
      return value === null
    case 'nan':
      return Number.isNaN(value)
    case 'never':
      return false
    case 'date':
      return value instanceof Date
    case 'enum':
    case 'literal':
      return (type._zod.values as ReadonlySet<unknown>).has(value)
    case 'object':
      return isPlain(value) && fitsObject(def, value, inner)
    case 'array':
      return Array.isArray(value) && value.every((element) => inner(def.element, element))
    case 'tuple':
      return Array.isArray(value) && fitsTuple(def, value, inner)
    case 'set':
      return value instanceof Set && [...value].every((element) => inner(def.valueType, element))
    case 'map':
      return (
        value instanceof Map && [...value].every(([key, part]) => inner(def.keyType, key) && inner(def.valueType, part))
      )
    case 'record':
      return isPlain(value) && Object.values(value).every((part) => inner(def.valueType, part))
    case 'union':
      return def.options.some((option) => inner(option, value))
    case 'intersection':
      return true // Each side knows only some of the fields.
    case 'optional':
    case 'default':
    case 'prefault':
      return value === undefined || inner(def.innerType, value)
    case 'nullable':
      return value === null || inner(def.innerType, value)
    case 'nonoptional':
    case 'readonly':
    case 'promise':
      return inner(def.innerType, value)
    case 'lazy':
      return inner(lazyType(type), value)
    case 'pipe':
      return inner(side === 'input' ? def.in : def.out, value)
    default:
      return true
  }
}

/** Whether a value is an object with fields, and no list, date, set or map. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const isInteger = (type: ZodType) =>
  checksOf(type).some(({ _zod }) => _zod.def.check === 'number_format' && _zod.def.format.includes('int'))

type Inner = (type: z.core.$ZodType, value: unknown) => boolean

function fitsObject({ shape, catchall }: z.core.$ZodObjectDef, value: Record<string, unknown>, inner: Inner): boolean {
  for (const [field, type] of Object.entries(shape)) {
    if (field in value ? !inner(type, value[field]) : type._zod.optin === undefined) return false
  }
  return Object.keys(value).every((field) => Object.hasOwn(shape, field) || (catchall && inner(catchall, value[field])))
}

function fitsTuple({ items, rest }: z.core.$ZodTupleDef, value: readonly unknown[], inner: Inner): boolean {
  if (!rest && value.length > items.length) return false
  const missing = items.slice(value.length)
  return (
    missing.every((type) => type._zod.optin !== undefined) &&
    value.every((part, index) => inner(items[index] ?? rest!, part))
  )
}
