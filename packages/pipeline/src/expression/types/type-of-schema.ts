import { refTarget, type Schema, type SchemaSide, textFormOf } from '@heddle/core'
import type { z } from 'zod'
import { literalType } from './literal-type.ts'
import { orNull, unionOf } from './union-of.ts'
import type { FieldType, ValueType } from './value-type.ts'

type Type = z.core.$ZodTypes
type Around = readonly z.core.$ZodType[]

const unknown: ValueType = { kind: 'unknown' }

/**
 * What is known of the values of a Zod type: of those that go in, or of those that come out. Bounds and formats are not
 * kept; what only code knows (transforms, classes, maps and sets) is `unknown`, and so is a type inside of itself.
 *
 * @param side @default 'output'
 * @example typeOfSchema(z.object({ delay: z.int() })) // { kind: 'record', fields: { delay: { type: { kind: 'int' } } } }
 */
export const typeOfSchema = (schema: Schema, side: SchemaSide = 'output'): ValueType =>
  typeOf(schema as z.core.$ZodType, side, [])

function typeOf(type: z.core.$ZodType, side: SchemaSide, around: Around): ValueType {
  if (around.includes(type)) return unknown
  // The record that a reference loads has the type of its entity, which is not known here.
  if (side === 'output' && refTarget(type)) return unknown
  const { def } = (type as Type)._zod
  const inside = (part: z.core.$ZodType) => typeOf(part, side, [...around, type])
  switch (def.type) {
    case 'string':
    case 'template_literal':
      return { kind: 'string' }
    case 'number':
      return { kind: isWhole(type as z.core.$ZodNumber) ? 'int' : 'number' }
    case 'nan':
      return { kind: 'number' }
    case 'bigint':
      return { kind: 'int64' }
    case 'custom':
      return textFormOf(type)?.format === 'decimal' ? { kind: 'decimal' } : unknown
    case 'boolean':
    case 'success':
      return { kind: 'boolean' }
    case 'date':
      return { kind: 'time' }
    case 'null':
    case 'undefined':
    case 'void':
      return { kind: 'null' }
    case 'literal':
      return unionOf(def.values.map(literalType))
    case 'enum':
      return unionOf([...(type as z.core.$ZodEnum)._zod.values].map(literalType))
    case 'array':
      return { kind: 'list', items: inside(def.element) }
    case 'tuple':
      return { kind: 'list', items: unionOf([...def.items, ...(def.rest ? [def.rest] : [])].map(inside)) }
    case 'object':
      return {
        kind: 'record',
        fields: Object.fromEntries(
          Object.entries(def.shape).map(([name, part]) => [name, fieldOf(part, side, inside)]),
        ),
        ...(def.catchall && (def.catchall._zod.def.type === 'never' ? { closed: true } : { open: true })),
      }
    case 'record':
      return { kind: 'map', values: inside(def.valueType) }
    case 'union':
      return unionOf(def.options.map(inside))
    case 'intersection':
      return bothOf(inside(def.left), inside(def.right))
    case 'optional':
    case 'nullable':
      return orNull(inside(def.innerType))
    case 'default':
    case 'prefault':
      return side === 'input' ? orNull(inside(def.innerType)) : withoutNull(def.innerType, inside)
    case 'nonoptional':
      return withoutNull(def.innerType, inside)
    case 'catch':
      return side === 'input' ? unknown : inside(def.innerType)
    case 'readonly':
      return inside(def.innerType)
    case 'pipe':
      return inside(side === 'input' ? def.in : def.out)
    case 'lazy':
      return inside((type as z.core.$ZodLazy)._zod.innerType)
    default:
      return unknown
  }
}

/** A field of an object: what may be left out is optional, and its type is told without that. */
function fieldOf(part: z.core.$ZodType, side: SchemaSide, inside: (part: z.core.$ZodType) => ValueType): FieldType {
  const isOptional = (side === 'input' ? part._zod.optin : part._zod.optout) !== undefined
  return isOptional ? { type: withoutOptional(part, side, inside), optional: true } : { type: inside(part) }
}

function withoutOptional(
  part: z.core.$ZodType,
  side: SchemaSide,
  inside: (part: z.core.$ZodType) => ValueType,
): ValueType {
  const { def } = (part as Type)._zod
  switch (def.type) {
    case 'optional':
    case 'default':
    case 'prefault':
      return inside(def.innerType)
    case 'readonly':
      return withoutOptional(def.innerType, side, inside)
    case 'pipe':
      return withoutOptional(side === 'input' ? def.in : def.out, side, inside)
    default:
      return inside(part)
  }
}

/** A default stands in for what is missing; null stays null. */
function withoutNull(type: z.core.$ZodType, inside: (part: z.core.$ZodType) => ValueType): ValueType {
  const { def } = (type as Type)._zod
  return inside(def.type === 'optional' ? def.innerType : type)
}

function isWhole(type: z.core.$ZodNumber): boolean {
  const checks = (type._zod.def.checks ?? []).map((check) => check._zod.def)
  return [type._zod.def, ...checks].some((def) => 'format' in def && String(def.format).includes('int'))
}

/** What is of two types at once; only of records it is known what that is. */
function bothOf(left: ValueType, right: ValueType): ValueType {
  if (left.kind !== 'record' || right.kind !== 'record') return unknown
  return {
    kind: 'record',
    fields: { ...left.fields, ...right.fields },
    ...((left.open === true || right.open === true) && { open: true }),
  }
}
