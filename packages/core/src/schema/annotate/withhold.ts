import type { z } from 'zod'
import { partsOf } from '../parts.ts'
import type { Schema } from '../schema.ts'
import { lazyType, zodType, type ZodType } from '../zod-type.ts'
import { annotationOf, isExposed } from './annotate.ts'
import { masked } from './masked.ts'
import { buildWithholder } from './withhold-kinds.ts'

/** What is told: the answer to a call holds personal data as it is, an error masks it. */
export type Told = 'answer' | 'error'

/** Takes the secrets out of a value; `withheld` where that is all of it. The value itself stays as it is. */
export type Withholder = (value: unknown) => unknown

/** Stands for a value that does not leave, until what holds it leaves it out. */
export const withheld = Symbol('withheld')

/** Withholds all there is. */
export const withholdWhole: Withholder = () => withheld

const known = {
  answer: new WeakMap<Schema, Withholder | undefined>(),
  error: new WeakMap<Schema, Withholder | undefined>(),
}

/** What takes the secrets out of the values of a type, made once; undefined where nothing in it has to stay. */
export function withholderOf(type: Schema, told: Told = 'answer'): Withholder | undefined {
  const withholders = known[told]
  if (withholders.has(type)) return withholders.get(type)
  if (!holdsSecret(type, told)) {
    withholders.set(type, undefined)
    return undefined
  }
  // A type that contains itself finds this, and the real one when values come.
  withholders.set(type, (value) => withholders.get(type)!(value))
  const withholder = choose(type, told)
  withholders.set(type, withholder)
  return withholder
}

function choose(type: Schema, told: Told): Withholder {
  if (isWithheld(type, told)) return withholdWhole
  if (told === 'error' && annotationOf(type)?.pii) return (value) => (value === undefined ? undefined : masked)
  return buildWithholder(zodType(type), (part) => withholderOf(part, told))
}

/**
 * A value as it may leave the process: without what is marked `sensitive()` and not `exposed()`. Fields, elements of lists
 * and entries of records are left out; in a tuple and in a map null stands in their place. The value itself is not changed.
 *
 * @example withhold(z.object({ user: z.string(), token: sensitive(z.string()) }), { user: 'ann', token: 'x' }) // { user: 'ann' }
 */
export function withhold(type: Schema, value: unknown): unknown {
  const withholder = withholderOf(type)
  if (withholder === undefined) return value
  const told = withholder(value)
  return told === withheld ? undefined : told
}

/** Whether something in a type is a secret that must not leave; for an error, also what must be masked. */
export function holdsSecret(type: Schema, told: Told = 'answer', seen = new Set<Schema>()): boolean {
  if (seen.has(type) || isExposed(type)) return false
  seen.add(type)
  return isMarked(type, told) || partsOf(zodType(type)).some((part) => holdsSecret(part, told, seen))
}

function isMarked(type: Schema, told: Told): boolean {
  const annotation = annotationOf(type)
  return annotation?.sensitive === true || (told === 'error' && annotation?.pii === true)
}

/** Whether no value of a type leaves at all: by its own mark, or by that of what it wraps. */
export function isWithheld(schema: Schema, told: Told = 'answer', around: readonly Schema[] = []): boolean {
  if (isExposed(schema) || around.includes(schema)) return false
  if (annotationOf(schema)?.sensitive) return true
  const type = zodType(schema)
  const inner = (part: z.core.$ZodType) => isWithheld(part, told, [...around, schema])
  const { def } = type._zod
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return inner(def.innerType)
    case 'lazy':
      return inner(lazyType(type))
    case 'union':
      return def.options.some(inner) && def.options.every((option) => inner(option) || isEmpty(option as ZodType))
    case 'intersection':
      return inner(def.left) || inner(def.right)
    case 'pipe':
      // Where only what went in is marked, nobody knows which part of this was made from it.
      return inner(def.out) || (holdsSecret(def.in, told) && !holdsSecret(def.out, told))
    case 'object':
    case 'record':
    case 'array':
    case 'tuple':
    case 'set':
    case 'map':
      return false
    default:
      return holdsSecret(type, told) && !isMarked(type, told)
  }
}

/** Whether the only value of a type says that there is none. */
const isEmpty = ({ _zod: { def } }: ZodType) => def.type === 'null' || def.type === 'undefined' || def.type === 'void'
