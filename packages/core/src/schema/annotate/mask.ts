import type { Schema } from '../schema.ts'
import { zodType } from '../zod-type.ts'
import { annotationOf, holdsAnnotation } from './annotate.ts'
import { buildMasker } from './mask-kinds.ts'
import { masked } from './masked.ts'

/** Whether a value is one that callers pass in, or one that came out of the check. */
export type MaskSide = 'input' | 'output'

/** Replaces the marked values inside a value; what is replaced is put into `found`. The value itself stays as it is. */
export type Masker = (value: unknown, found?: unknown[]) => unknown

/** Gives the masker of a type inside another one; undefined where there is nothing to mask. */
export type MaskerOf = (type: Schema, side: MaskSide) => Masker | undefined

const known = { input: new WeakMap<Schema, Masker | undefined>(), output: new WeakMap<Schema, Masker | undefined>() }

/** Masks all there is. */
export const maskWhole: Masker = (value, found) => {
  if (value === undefined) return undefined
  found?.push(value)
  return masked
}

/**
 * What masks the values of a type; undefined where nothing in it is marked. Made once for each type. A value that does
 * not have the shape of its type is masked where a marked part could be hidden in it.
 */
export const maskerOf: MaskerOf = (type, side) => {
  const maskers = known[side]
  if (maskers.has(type)) return maskers.get(type)
  if (!holdsAnnotation(type)) {
    maskers.set(type, undefined)
    return undefined
  }
  // A type that contains itself finds this, and the real masker when values come.
  maskers.set(type, (value, found) => maskers.get(type)!(value, found))
  const masker = annotationOf(type) ? maskWhole : buildMasker(zodType(type), side, maskerOf)
  maskers.set(type, masker)
  return masker
}

/**
 * Replaces every value that is marked `sensitive()` or `pii()` by `•••`. The value itself is not changed, and given back
 * as it is where its type marks nothing.
 *
 * @param side whether the value is as callers pass it in, or as it came out of the check. @default 'output'
 * @example
 * mask(z.object({ user: z.string(), password: sensitive(z.string()) }), { user: 'ann', password: 'x' })
 * // { user: 'ann', password: '•••' }
 */
export function mask(type: Schema, value: unknown, side: MaskSide = 'output'): unknown {
  const masker = maskerOf(type, side)
  return masker ? masker(value) : value
}
