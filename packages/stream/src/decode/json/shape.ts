import type { z } from 'zod'

/** How a value is probably written. It only guides the reading: whatever stands there instead is read as well. */
export type Shape = ObjectShape | { readonly kind: 'string' | 'number' | 'any' }

/** An object whose fields are known: those become an object in this order. */
export interface ObjectShape {
  readonly kind: 'object'
  readonly fields: readonly { readonly key: string; readonly shape: Shape; readonly type?: z.core.$ZodType }[]
  /** Whether the object is what its type makes of it once its fields are. */
  readonly isPlain?: boolean
  /** What becomes of other fields: they are passed over, or settled the slow way because the type refuses them. */
  readonly others: 'dropped' | 'refused'
}

/** Classes that users derive from Zod's may do anything. */
export const isZods = (schema: z.core.$ZodType): boolean =>
  /^\$?Zod(?:Mini)?(?:String|Number|NumberFormat|Boolean|Enum|Literal|Object|Optional)$/.test(
    (schema._zod as unknown as { readonly constr?: { readonly name: string } }).constr?.name ?? '',
  )

const any: Shape = { kind: 'any' }
/** Types may contain themselves. */
const deepest = 8

interface Def {
  readonly type: string
  readonly innerType: z.core.$ZodType
  readonly in: z.core.$ZodType
  readonly shape: Readonly<Record<string, z.core.$ZodType>>
  readonly catchall?: z.core.$ZodType
  readonly values?: readonly unknown[]
  readonly checks?: readonly unknown[]
  readonly entries?: Readonly<Record<string, unknown>>
}

export const defOf = (schema: z.core.$ZodType): Def => schema._zod.def as unknown as Def

/** The shape that a type gives. What a type does with fields that it does not declare decides whether they may be left out. */
export function shapeOf(schema: z.core.$ZodType | undefined, depth = 0): Shape {
  if (schema === undefined || depth > deepest) return any
  const def = defOf(schema)
  switch (def.type) {
    case 'string':
    case 'template_literal':
    case 'date':
      return { kind: 'string' }
    case 'number':
      return { kind: 'number' }
    case 'enum':
      return Object.values(def.entries ?? {}).every((value) => typeof value === 'string') ? { kind: 'string' } : any
    case 'literal':
      return def.values?.every((value) => typeof value === 'string') ? { kind: 'string' } : any
    case 'optional':
      return shapeOf(def.innerType, depth)
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
      return notPlain(shapeOf(def.innerType, depth))
    case 'pipe':
      return notPlain(shapeOf(def.in, depth))
    case 'object':
      return objectShape(schema, depth)
    default:
      return any
  }
}

/** A type around an object makes something else of it. */
const notPlain = (shape: Shape): Shape => (shape.kind === 'object' ? { ...shape, isPlain: false } : shape)

function objectShape(schema: z.core.$ZodType, depth: number): Shape {
  const { shape, catchall, checks = [] } = defOf(schema)
  const others = catchall === undefined ? 'dropped' : catchall._zod.def.type === 'never' ? 'refused' : undefined
  const keys = Object.keys(shape).filter((key) => key !== '__proto__')
  if (others === undefined || Object.getOwnPropertySymbols(shape).length > 0) return any
  const fields = keys.map((key) => ({ key, shape: shapeOf(shape[key], depth + 1), type: shape[key]! }))
  return { kind: 'object', fields, others, isPlain: checks.length === 0 && isZods(schema) }
}

/**
 * The shape of a record that was read without a type; undefined where reading by shape gains nothing: lists of objects
 * are read faster by `JSON.parse`.
 */
export function shapeOfValue(value: unknown, depth = 0): Shape | undefined {
  if (typeof value === 'string') return { kind: 'string' }
  if (typeof value === 'number') return { kind: 'number' }
  if (typeof value !== 'object' || value === null) return any
  if (Array.isArray(value))
    return value.some((element) => typeof element === 'object' && element !== null) ? undefined : any
  if (depth > deepest) return undefined
  const fields: { key: string; shape: Shape }[] = []
  for (const [key, part] of Object.entries(value)) {
    const shape = shapeOfValue(part, depth + 1)
    if (shape === undefined) return undefined
    fields.push({ key, shape })
  }
  return { kind: 'object', fields, others: 'refused' }
}
