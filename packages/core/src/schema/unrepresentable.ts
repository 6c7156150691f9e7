import type { z } from 'zod'
import { boundsOf, type Bound } from './bounds.ts'
import { standardJsonSchema } from './standard.ts'
import { textFormOf } from './textual.ts'
import { toJson } from './to-json.ts'
import { checksOf, type ZodType } from './zod-type.ts'

type Written = z.core.JSONSchema.BaseSchema

/** Converts a type inside another one. */
export type Convert = (type: z.core.$ZodType, ...path: (string | number)[]) => Written

/** What a surface speaks for a type that JSON Schema does not know. `any` where only code knows. */
export function representOutsideJson(
  schema: z.core.$ZodType,
  side: 'input' | 'output',
  convert: Convert,
): Written | 'any' {
  const type = schema as ZodType
  const { def } = type._zod
  switch (def.type) {
    case 'date':
      return { type: 'string', format: 'date-time', ...limits(type) }
    case 'bigint':
      return { type: 'string', pattern: '^-?[0-9]+$', format: bigintFormat(type), ...limits(type) }
    case 'custom': {
      const form = textFormOf(type)
      return form ? { type: 'string', pattern: form.pattern, format: form.format } : 'any'
    }
    case 'set':
      return { type: 'array', uniqueItems: true, items: convert(def.valueType, 'items'), ...sizes(type) }
    case 'map': {
      const pair = [convert(def.keyType, 'items', 'prefixItems', 0), convert(def.valueType, 'items', 'prefixItems', 1)]
      const items = { type: 'array' as const, prefixItems: pair, items: false, minItems: 2, maxItems: 2 }
      // A list of pairs looks the same, and is none.
      return { type: 'array', items, 'x-map': true, ...sizes(type) }
    }
    case 'literal':
      return def.values.some((value) => typeof value === 'bigint')
        ? { enum: def.values.filter((value) => value !== undefined).map((value) => toJson(value) as string) }
        : 'any'
    case 'undefined':
    case 'void':
    case 'nan':
    case 'symbol':
    case 'function':
      // `toJson` writes these as null; nobody can send them.
      return side === 'output' ? { type: 'null' } : { not: {} }
    // The value itself is written where defaults are corrected; here it only must not be left out.
    case 'default':
      return { default: null }
    case 'prefault':
      return { _prefault: null }
    case 'transform':
      return (standardJsonSchema(type, side) as Written | undefined) ?? 'any'
    default:
      return 'any'
  }
}

function bigintFormat(type: ZodType): string {
  for (const { _zod } of checksOf(type)) if (_zod.def.check === 'bigint_format') return _zod.def.format
  return 'bigint'
}

/** The keywords that ajv-formats knows for limits of text that has an order. */
function limits(type: ZodType): Written {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = boundsOf(type)
  return {
    ...(minimum !== undefined && { formatMinimum: text(minimum) }),
    ...(maximum !== undefined && { formatMaximum: text(maximum) }),
    ...(exclusiveMinimum !== undefined && { formatExclusiveMinimum: text(exclusiveMinimum) }),
    ...(exclusiveMaximum !== undefined && { formatExclusiveMaximum: text(exclusiveMaximum) }),
  }
}

const text = (bound: Bound) => (bound instanceof Date ? bound.toISOString() : bound.toString())

function sizes(type: ZodType): Written {
  const json: Written = {}
  for (const { _zod } of checksOf(type)) {
    const { def } = _zod
    if (def.check === 'min_size') json.minItems = Math.max(def.minimum, json.minItems ?? 0)
    if (def.check === 'max_size') json.maxItems = Math.min(def.maximum, json.maxItems ?? Infinity)
    if (def.check === 'size_equals') json.minItems = json.maxItems = def.size
  }
  return json
}
