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
  /** The field of an entity is encrypted in its own table too. */
  readonly encrypt?: true
}

/** How a marked type is kept. */
export interface AnnotateOptions {
  /**
   * As the field of an entity it is encrypted in the entity's own table too: then it cannot be filtered, ordered or indexed
   * by. @default false
   */
  readonly encrypt?: boolean
}

// Zod hands what a registry knows on to whatever is made from a type by a check or a description, but not to wrappers.
const annotations = z.registry<Annotation>()

// Apart from the marks, because it is none: what is exposed stays masked in logs and encrypted where it is kept.
const exposures = z.registry<{ readonly exposed: true }>()

/**
 * Marks a type as secret. Its values are masked in logs, traces, errors and manifests, encrypted where Heddle keeps them
 * outside of the entity's own table, and with `encrypt: true` in that table too; and they do not leave the process: they
 * are left out of every answer of a surface, unless they are `exposed`.
 *
 * @example input: z.object({ user: z.string(), password: sensitive(z.string().min(12)) })
 */
export const sensitive = <S extends Schema>(type: S, options?: AnnotateOptions): S =>
  annotated(type, { sensitive: true }, options)

/**
 * Marks a type as personal data. Masked and encrypted like `sensitive`, and told apart from it, so that a person's data
 * can be found, handed out and forgotten.
 *
 * @example fields: { id: z.uuid(), email: pii(z.email()) }
 */
export const pii = <S extends Schema>(type: S, options?: AnnotateOptions): S => annotated(type, { pii: true }, options)

/**
 * Lets a secret leave the process: surfaces answer with what is marked `sensitive()` in this type, as with an API key that
 * is shown once. All else that the mark means stays.
 *
 * @example output: z.object({ id: z.uuid(), key: exposed(sensitive(z.string())) })
 */
export function exposed<S extends Schema>(type: S): S {
  const own = z.core.clone(zodType(type))
  exposures.add(own, { exposed: true })
  return own as Schema as S
}

/** Whether the secrets in a type may leave the process. */
export const isExposed = (type: Schema): boolean => exposures.get(zodType(type)) !== undefined

function annotated<S extends Schema>(type: S, annotation: Annotation, { encrypt = false }: AnnotateOptions = {}): S {
  const own = z.core.clone(zodType(type))
  annotations.add(own, encrypt ? { ...annotation, encrypt } : annotation)
  return own as Schema as S
}

/** How a type itself is marked; what it wraps or consists of is not looked at. */
export function annotationOf(type: Schema): Annotation | undefined {
  return annotations.get(zodType(type))
}

/** A type with the marks of another one besides its own, e.g. with those of the wrapper that it was taken out of. */
export function markedLike<S extends Schema>(type: S, other: Schema): S {
  const more = annotationOf(other)
  const marked = more ? annotated(type, { ...annotationOf(type), ...more }) : type
  const told = more && isExposed(type) ? exposed(marked) : marked
  return isExposed(other) ? exposed(told) : told
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
