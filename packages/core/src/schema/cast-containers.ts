import type { z } from 'zod'
import { type Caster, type CasterOf, type CastMode, castModes } from './cast-mode.ts'
import { isPlain } from './fits.ts'
import { readJsonText } from './json-text.ts'

const same: Caster = (value) => value

/** How the parts of JSON that stands inside a text are cast. */
const inJson = ({ side }: CastMode): CastMode => castModes[side].json

/** A list; one value out of a text is a list of one. */
export function castArray(element: z.core.$ZodType, mode: CastMode, casterOf: CasterOf): Caster | undefined {
  const cast = casterOf(element, mode)
  if (mode.from === 'json') return cast && ((value) => (Array.isArray(value) ? mapList(value, cast) : value))
  const fromJson = casterOf(element, inJson(mode)) ?? same
  return (value) => {
    const parsed = readIf(value, '[', Array.isArray)
    if (parsed) return mapList(parsed, fromJson)
    if (value === undefined || value === null) return value
    return mapList(Array.isArray(value) ? value : [value], cast ?? same)
  }
}

export function castTuple(def: z.core.$ZodTupleDef, mode: CastMode, casterOf: CasterOf): Caster | undefined {
  const casters = (of: CastMode) => ({
    items: def.items.map((item) => casterOf(item, of)),
    rest: def.rest ? casterOf(def.rest, of) : undefined,
  })
  const own = casters(mode)
  const castOwn = (list: readonly unknown[], { items, rest } = own) =>
    mapList(list, (part, index) => {
      const cast = index < items.length ? items[index] : rest
      return cast ? cast(part) : part
    })
  if (mode.from === 'json') {
    return own.rest || own.items.some(Boolean) ? (value) => (Array.isArray(value) ? castOwn(value) : value) : undefined
  }
  const json = casters(inJson(mode))
  return (value) => {
    const parsed = readIf(value, '[', Array.isArray)
    if (parsed) return castOwn(parsed, json)
    return Array.isArray(value) ? castOwn(value) : value
  }
}

/** A set. A list that holds one value twice stays a list, because a set would drop it silently. */
export function castSet(element: z.core.$ZodType, mode: CastMode, casterOf: CasterOf): Caster {
  const castList = castArray(element, mode, casterOf) ?? same
  return (value) => {
    if (value instanceof Set) return value
    const list = castList(value)
    if (!Array.isArray(list)) return value
    const set = new Set(list)
    return set.size === list.length ? set : value
  }
}

/** A map, from pairs or from an object whose fields are the keys. */
export function castMap(def: z.core.$ZodMapDef, mode: CastMode, casterOf: CasterOf): Caster {
  const castField = casterOf(def.keyType, castModes[mode.side].text) ?? same
  const casters = (of: CastMode) => ({
    key: casterOf(def.keyType, of) ?? same,
    part: casterOf(def.valueType, of) ?? same,
  })
  const own = casters(mode)
  const json = mode.from === 'text' ? casters(inJson(mode)) : own
  return (value) => {
    const parsed = mode.from === 'text' && typeof value === 'string' ? readJsonText(value) : undefined
    const given = parsed ?? value
    const cast = parsed === undefined ? own : json
    const pairs = isPlain(given)
      ? Object.entries(given).map(([key, part]) => [castField(key), cast.part(part)] as const)
      : isPairs(given) && given.map(([key, part]) => [cast.key(key), cast.part(part)] as const)
    if (!pairs) return value
    const map = new Map(pairs)
    return map.size === pairs.length ? map : value
  }
}

const isPairs = (value: unknown): value is readonly (readonly [unknown, unknown])[] =>
  Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2)

export function castObject(def: z.core.$ZodObjectDef, mode: CastMode, casterOf: CasterOf): Caster | undefined {
  const own = objectFields(def, mode, casterOf)
  if (mode.from === 'json') return own && ((value) => (isPlain(value) ? own(value) : value))
  const fromJson = objectFields(def, inJson(mode), casterOf) ?? same
  return (value) => {
    const parsed = readIf(value, '{', isPlain)
    if (parsed) return fromJson(parsed)
    return own && isPlain(value) ? own(value) : value
  }
}

export function castRecord(def: z.core.$ZodRecordDef, mode: CastMode, casterOf: CasterOf): Caster | undefined {
  const fields = (of: CastMode) => {
    const cast = casterOf(def.valueType, of)
    return cast && ((value: Record<string, unknown>) => mapFields(value, () => cast))
  }
  const own = fields(mode)
  if (mode.from === 'json') return own && ((value) => (isPlain(value) ? own(value) : value))
  const fromJson = fields(inJson(mode)) ?? same
  return (value) => {
    const parsed = readIf(value, '{', isPlain)
    if (parsed) return fromJson(parsed as Record<string, unknown>)
    return own && isPlain(value) ? own(value) : value
  }
}

type FieldsCaster = (value: Record<string, unknown>) => unknown

function objectFields(def: z.core.$ZodObjectDef, mode: CastMode, casterOf: CasterOf): FieldsCaster | undefined {
  const casters = new Map<string, Caster>()
  for (const [field, type] of Object.entries(def.shape)) {
    const cast = casterOf(type, mode)
    if (cast) casters.set(field, cast)
  }
  const others = def.catchall ? casterOf(def.catchall, mode) : undefined
  if (casters.size === 0 && !others) return undefined
  return (value) =>
    mapFields(value, (field) => casters.get(field) ?? (Object.hasOwn(def.shape, field) ? undefined : others))
}

/** The same object unless a field changes. */
function mapFields(value: Record<string, unknown>, casterOf: (field: string) => Caster | undefined): unknown {
  let copy: Record<string, unknown> | undefined
  for (const field of Object.keys(value)) {
    const cast = casterOf(field)
    if (!cast || field === '__proto__') continue
    const part = value[field]
    const changed = cast(part)
    if (!Object.is(part, changed)) (copy ??= { ...value })[field] = changed
  }
  return copy ?? value
}

/** The same list unless an element changes. */
function mapList(list: readonly unknown[], cast: (part: unknown, index: number) => unknown): readonly unknown[] {
  let copy: unknown[] | undefined
  for (let index = 0; index < list.length; index++) {
    const part = list[index]
    const changed = cast(part, index)
    if (!Object.is(part, changed)) (copy ??= [...list])[index] = changed
  }
  return copy ?? list
}

/** JSON inside a text, where it begins like it and is what was asked for. */
function readIf<Wanted>(value: unknown, begin: string, is: (json: unknown) => json is Wanted): Wanted | undefined {
  if (typeof value !== 'string' || !value.trimStart().startsWith(begin)) return undefined
  const json = readJsonText(value)
  return is(json) ? json : undefined
}
