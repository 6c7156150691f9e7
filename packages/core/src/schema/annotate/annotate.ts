import { z } from 'zod'
import { partsOf } from '../parts.ts'
import type { Schema } from '../schema.ts'
import { zodType, type ZodType } from '../zod-type.ts'

/** How a type is marked. */
export interface Annotation {
  /** A secret: a password, a token, a card number. */
  readonly sensitive?: true
  /** Says something about a person: a name, an address, a date of birth. */
  readonly pii?: true
}

// Zod hands what a registry knows on to whatever is made from a type by a check or a description, but not to wrappers.
const annotations = z.registry<Annotation>()

/**
 * Marks a type as secret. Its values are masked in logs, traces, errors and manifests, and encrypted where Heddle keeps
 * them outside of the entity's own table.
 *
 * @example input: z.object({ user: z.string(), password: sensitive(z.string().min(12)) })
 */
export const sensitive = <S extends Schema>(type: S): S => annotated(type, { sensitive: true })

/**
 * Marks a type as personal data. Masked and encrypted like `sensitive`, and told apart from it, so that a person's data
 * can be found, handed out and forgotten.
 *
 * @example fields: { id: z.uuid(), email: pii(z.email()) }
 */
export const pii = <S extends Schema>(type: S): S => annotated(type, { pii: true })

function annotated<S extends Schema>(type: S, annotation: Annotation): S {
  const own = z.core.clone(zodType(type))
  annotations.add(own, annotation)
  return own as Schema as S
}

/** How a type itself is marked; what it wraps or consists of is not looked at. */
export function annotationOf(type: Schema): Annotation | undefined {
  return annotations.get(zodType(type))
}

const known = new WeakMap<Schema, boolean>()

/** Whether a type is marked, or anything inside it. */
export function holdsAnnotation(type: Schema): boolean {
  let found = known.get(type)
  if (found === undefined) known.set(type, (found = look(zodType(type), new Set())))
  return found
}

function look(type: ZodType, seen: Set<ZodType>): boolean {
  if (seen.has(type)) return false
  seen.add(type)
  return annotations.get(type) !== undefined || partsOf(type).some((part) => look(part as ZodType, seen))
}
