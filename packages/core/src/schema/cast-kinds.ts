import type { z } from 'zod'
import type { Caster, CasterOf, CastMode } from './cast-mode.ts'
import { readBigint, readDate, readNumber } from './cast-text.ts'
import { castArray, castMap, castObject, castRecord, castSet, castTuple } from './cast-containers.ts'
import { castUnion } from './cast-union.ts'
import { fits } from './fits.ts'
import { textFormOf } from './textual.ts'
import { lazyType, type ZodType } from './zod-type.ts'

/** Makes the caster of a type out of those of its parts. */
export function buildCaster(type: ZodType, mode: CastMode, casterOf: CasterOf): Caster | undefined {
  const { def } = type._zod
  const isText = mode.from === 'text'
  const isOutput = mode.side === 'output'
  switch (def.type) {
    case 'date':
      return readText(readDate)
    case 'bigint':
      return readText(readBigint)
    case 'custom': {
      const form = textFormOf(type)
      return form && readText(form.read)
    }
    case 'number':
      return isText ? readText(readNumber) : undefined
    case 'boolean':
      return isText ? readText((text) => (text === 'true' ? true : text === 'false' ? false : undefined)) : undefined
    case 'null':
      return isText ? (value) => (value === 'null' ? null : value) : undefined
    case 'undefined':
    case 'void':
      return isOutput ? (value) => (value === null ? undefined : value) : undefined
    case 'nan':
      return isOutput ? (value) => (value === null ? NaN : value) : undefined
    case 'enum':
    case 'literal':
      return listed(type._zod.values!, isText)
    case 'object':
      return castObject(def, mode, casterOf)
    case 'record':
      return castRecord(def, mode, casterOf)
    case 'array':
      return castArray(def.element, mode, casterOf)
    case 'tuple':
      return castTuple(def, mode, casterOf)
    case 'set':
      return castSet(def.valueType, mode, casterOf)
    case 'map':
      return castMap(def, mode, casterOf)
    case 'union':
      return castUnion(type, def, mode, casterOf)
    case 'intersection':
      return inTurn(casterOf(def.left, mode), casterOf(def.right, mode))
    case 'pipe':
      return casterOf(isOutput ? def.out : def.in, mode)
    case 'lazy':
      return casterOf(lazyType(type), mode)
    case 'nullable':
      return castNullable(def.innerType, mode, casterOf)
    case 'optional':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
    case 'promise':
      return casterOf(def.innerType, mode)
    default:
      return undefined
  }
}

/** Casts text; what cannot be read stays text. */
const readText =
  (read: (text: string) => unknown): Caster =>
  (value) =>
    typeof value === 'string' ? (read(value) ?? value) : value

/** The listed value that is written as the text says: numbers, booleans and null from text, big integers from JSON too. */
function listed(values: ReadonlySet<unknown>, isText: boolean): Caster | undefined {
  const byText = new Map<unknown, unknown>()
  for (const value of values) {
    if (typeof value === 'bigint' || (isText && typeof value !== 'string')) byText.set(String(value), value)
  }
  for (const value of values) if (typeof value === 'string') byText.delete(value)
  return byText.size === 0 ? undefined : (value) => (byText.has(value) ? byText.get(value) : value)
}

/** `null` in a text is null unless the type also takes it as text. */
function castNullable(inner: z.core.$ZodType, mode: CastMode, casterOf: CasterOf): Caster | undefined {
  const cast = casterOf(inner, mode)
  if (mode.from !== 'text') return cast && ((value) => (value === null ? null : cast(value)))
  return (value) => {
    if (value === 'null' && !fits(inner, value, mode.side)) return null
    return cast ? cast(value) : value
  }
}

const inTurn = (first: Caster | undefined, second: Caster | undefined): Caster | undefined =>
  first && second ? (value) => second(first(value)) : (first ?? second)
