import type { z } from 'zod'
import type { Referable } from '../ports/port.ts'
import type { Schema } from './schema.ts'

const targets = new WeakMap<Schema, Referable>()

/** The type of a reference: a key goes in, the record comes out. */
export interface Ref<Record, Key, Target = unknown> extends z.ZodType<Record, Key> {
  /** Carries types only: there is nothing in it at run time. */
  readonly refersTo: { readonly target: Target; readonly key: Key }
}

/**
 * A reference to a record by its key. In an input the caller passes the key; the body gets the record, loaded in its
 * unit of work, and a missing record is the input error `NotFound` at its path. In an entity the field keeps the key.
 *
 * @example input: z.object({ from: ref(Account), to: ref(Account) })
 */
export function ref<Record, Key, Target>(target: Referable<Record, Key> & Target): Ref<Record, Key, Target> {
  const type = (target.keyType as unknown as z.ZodType).clone()
  targets.set(type, target as Referable)
  return type as unknown as Ref<Record, Key, Target>
}

/** What a type refers to, if it is a `ref`. */
export function refTarget(schema: Schema): Referable | undefined {
  // `describe` and its like give a copy that names the type it was made from.
  for (let type: z.core.$ZodType | undefined = schema as z.core.$ZodType; type; type = type._zod.parent) {
    const target = targets.get(type)
    if (target) return target
  }
  return undefined
}

/** Where in a type a reference stands; `#` is every element. */
export interface RefPlace {
  readonly path: readonly string[]
  readonly target: Referable
}

/** Kinds through which a reference is followed, and the fields of their definition that lead on. */
const wrappers = new Set(['optional', 'nullable', 'default', 'prefault', 'nonoptional', 'readonly', 'catch'])

/**
 * Finds the references of a type.
 *
 * @returns a reason instead of places where a reference stands in a kind through which it cannot be loaded.
 */
export function findRefs(schema: Schema): RefPlace[] | string {
  const places: RefPlace[] = []
  const trouble = visit(schema as z.core.$ZodType, [], places, [])
  return trouble ?? places
}

function visit(
  schema: z.core.$ZodType,
  path: string[],
  places: RefPlace[],
  around: readonly z.core.$ZodType[],
): string | undefined {
  // A type that contains itself is followed to its first repetition.
  if (around.includes(schema)) return undefined
  const inside = [...around, schema]
  const target = refTarget(schema)
  if (target) {
    places.push({ path, target })
    return undefined
  }
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (wrappers.has(def.type)) return visit((def as z.core.$ZodOptionalDef).innerType, path, places, inside)
  switch (def.type) {
    case 'object':
      for (const [field, type] of Object.entries(def.shape)) {
        const trouble = visit(type, [...path, field], places, inside)
        if (trouble) return trouble
      }
      return undefined
    case 'array':
      return visit(def.element, [...path, '#'], places, inside)
    case 'union':
      return def.options.some(holdsRef)
        ? `a ref cannot stand in a union (at ${path.join('/') || 'the top'})`
        : undefined
    case 'record':
      return holdsRef(def.valueType) ? `a ref cannot stand in a record (at ${path.join('/') || 'the top'})` : undefined
    case 'pipe':
      return holdsRef(def.in) || holdsRef(def.out)
        ? `a ref cannot be transformed (at ${path.join('/') || 'the top'})`
        : undefined
    default:
      return undefined
  }
}

function holdsRef(schema: z.core.$ZodType): boolean {
  const places: RefPlace[] = []
  return typeof visit(schema, [], places, []) === 'string' || places.length > 0
}
