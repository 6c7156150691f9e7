import { z } from 'zod'
import type { CallContext } from '../call/context.ts'
import type { InputOf, OutputOf, Schema } from './schema.ts'
import { partsOf } from './parts.ts'
import { zodType, type ZodType } from './zod-type.ts'

/** Reads a value from a call; `undefined` where the caller has none. */
export type FromContext<Value = unknown> = (ctx: CallContext) => Value | undefined

/** The type of a field that is filled in: of what the body gets it is `S`; who calls may leave it out. */
export type FilledIn<S extends Schema> = z.ZodType<
  OutputOf<S>,
  InputOf<S> | undefined,
  z.core.$ZodTypeInternals<OutputOf<S>, InputOf<S> | undefined> & { readonly optin: 'optional' }
>

const readers = new WeakMap<z.core.$ZodType, FromContext>()

/**
 * A field of an input that is filled in from the call, e.g. from its principal. Nobody outside can send it, and no published
 * schema knows it. The app's own code and other commands may pass it; left out, it is filled in. Where the type wants a
 * value and a stranger has none, the call is `Unauthenticated`.
 *
 * @example input: z.object({ text: z.string(), author: fromCaller(z.string(), ({ principal }) => principal?.id) })
 */
export function fromCaller<S extends Schema>(type: S, read: FromContext<InputOf<S>>): FilledIn<S> {
  const own = z.core.clone(zodType(type))
  readers.set(own, read)
  return own as Schema as FilledIn<S>
}

/** A field that is filled in, and how. */
export interface FilledField {
  readonly path: readonly string[]
  readonly read: FromContext
  /** Whether it may stay without a value. */
  readonly isOptional: boolean
}

const wrappers = new Set(['optional', 'nullable', 'default', 'prefault', 'nonoptional', 'readonly', 'catch'])

/** `describe` and its like give a copy that names the type it was made from. */
function readerOf(schema: z.core.$ZodType): FromContext | undefined {
  for (let type: z.core.$ZodType | undefined = schema; type; type = type._zod.parent) {
    const read = readers.get(type)
    if (read) return read
  }
  return undefined
}

/** How a type of a field is filled in, where it is. */
export function filledFrom(schema: z.core.$ZodType): FromContext | undefined {
  const type = schema as ZodType
  const { def } = type._zod
  const own = readerOf(type)
  return own ?? (wrappers.has(def.type) ? filledFrom((def as z.core.$ZodOptionalDef).innerType) : undefined)
}

/**
 * Finds the fields of a type that are filled in.
 *
 * @returns a reason instead where one is no field of an object, or of an object in a field
 */
export function findFilled(schema: Schema): readonly FilledField[] | string {
  const found: FilledField[] = []
  const misplaced = visit(zodType(schema), [], found, [])
  return misplaced ?? found
}

function visit(
  type: ZodType,
  path: readonly string[],
  found: FilledField[],
  around: readonly ZodType[],
): string | undefined {
  const { def } = type._zod
  // A type that contains itself is followed to its first repetition.
  if (around.includes(type)) return undefined
  const inside = [...around, type]
  if (wrappers.has(def.type)) return visit((def as z.core.$ZodOptionalDef).innerType as ZodType, path, found, inside)
  if (def.type !== 'object') {
    return holdsFilled(type, new Set())
      ? `fromCaller fills fields of objects alone (at ${path.join('/') || 'the top'})`
      : undefined
  }
  for (const [field, part] of Object.entries(def.shape)) {
    const read = filledFrom(part)
    const misplaced = read ? undefined : visit(part as ZodType, [...path, field], found, inside)
    if (misplaced !== undefined) return misplaced
    if (read) found.push({ path: [...path, field], read, isOptional: part._zod.optin !== undefined })
  }
  return undefined
}

function holdsFilled(type: ZodType, seen: Set<ZodType>): boolean {
  if (seen.has(type)) return false
  seen.add(type)
  return readerOf(type) !== undefined || partsOf(type).some((part) => holdsFilled(part as ZodType, seen))
}
