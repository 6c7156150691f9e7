import type { z } from 'zod'
import { textFormOf } from './textual.ts'
import { checksOf, lazyType, type ZodType } from './zod-type.ts'

/**
 * Whether a value has the shape of a type, apart from its checks: by this the member of a union is chosen for which a
 * text is cast. Objects must not have unknown fields, as at surfaces. What only code knows fits.
 */
export function fits(schema: z.core.$ZodType, value: unknown, side: 'input' | 'output', isOpen = false): boolean {
  const type = schema as ZodType
  const inner = (part: z.core.$ZodType, below: unknown) => fits(part, below, side)
  const same = (part: z.core.$ZodType, opened = isOpen) => fits(part, value, side, opened)
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
    case 'custom':
      // What has a form of its own is told apart from the text that it is written as.
      return textFormOf(type) === undefined || (def as z.core.$ZodCustomDef).fn(value as never) === true
    case 'enum':
    case 'literal':
      return (type._zod.values as ReadonlySet<unknown>).has(value)
    case 'object':
      return isPlain(value) && fitsObject(def, value, inner, isOpen)
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
      return def.options.some((option) => same(option))
    case 'intersection':
      return same(def.left, true) && same(def.right, true) // Each side knows only some of the fields.
    case 'optional':
    case 'default':
    case 'prefault':
      return value === undefined || same(def.innerType)
    case 'nullable':
      return value === null || same(def.innerType)
    case 'nonoptional':
    case 'readonly':
    case 'promise':
      return same(def.innerType)
    case 'lazy':
      return same(lazyType(type))
    case 'pipe':
      return same(side === 'input' ? def.in : def.out)
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

function fitsObject(
  { shape, catchall }: z.core.$ZodObjectDef,
  value: Record<string, unknown>,
  inner: Inner,
  isOpen: boolean,
): boolean {
  for (const [field, type] of Object.entries(shape)) {
    if (field in value ? !inner(type, value[field]) : type._zod.optin === undefined) return false
  }
  const others = Object.keys(value).filter((field) => !Object.hasOwn(shape, field))
  if (!catchall || catchall._zod.def.type === 'never') return isOpen || others.length === 0
  return others.every((field) => inner(catchall, value[field]))
}

function fitsTuple({ items, rest }: z.core.$ZodTupleDef, value: readonly unknown[], inner: Inner): boolean {
  if (!rest && value.length > items.length) return false
  const missing = items.slice(value.length)
  return (
    missing.every((type) => type._zod.optin !== undefined) &&
    value.every((part, index) => inner(items[index] ?? rest!, part))
  )
}
