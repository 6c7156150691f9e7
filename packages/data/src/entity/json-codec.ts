import { textFormOf, toJson } from '@heddle/core'
import type { z } from 'zod'

/** Turns a value into JSON and back, for types that hold dates, big integers, maps or sets. */
export interface JsonCodec {
  toJson(value: unknown): unknown
  fromJson(json: unknown): unknown
}

/** `plain`: values are JSON as they are. Any other text is the reason why the type cannot be stored. */
export type JsonCodecOrReason = JsonCodec | 'plain' | (string & {})

const wrappers = new Set(['optional', 'nullable', 'default', 'prefault', 'nonoptional', 'readonly', 'catch'])
const plainKinds = new Set(['string', 'number', 'boolean', 'null', 'template_literal', 'enum', 'never'])

/** The types that are being looked at, outermost first, and those that hold themselves. */
interface Visit {
  readonly open: readonly z.core.$ZodType[]
  readonly recursive: Set<z.core.$ZodType>
}

/** Derives from a type how its values are written as JSON. */
export function jsonCodec(type: z.core.$ZodType, visit: Visit = { open: [], recursive: new Set() }): JsonCodecOrReason {
  if (visit.open.includes(type)) {
    visit.recursive.add(type)
    return 'plain' // Taken back below, when something around it is not.
  }
  const form = textFormOf(type)
  if (form) return { toJson: (value) => toJson(value), fromJson: (json) => form.read(json as string) }
  const codec = derive((type as z.core.$ZodTypes)._zod.def, { ...visit, open: [...visit.open, type] })
  return typeof codec !== 'string' && visit.recursive.has(type)
    ? 'has a recursive type with values that are not JSON'
    : codec
}

function derive(def: z.core.$ZodTypes['_zod']['def'], inside: Visit): JsonCodecOrReason {
  if (plainKinds.has(def.type)) return 'plain'
  if (wrappers.has(def.type)) return maybeMissing(jsonCodec((def as z.core.$ZodOptionalDef).innerType, inside))
  switch (def.type) {
    case 'date':
      return { toJson: (value) => (value as Date).getTime(), fromJson: (json) => new Date(json as number) }
    case 'bigint':
      return { toJson: String, fromJson: (json) => BigInt(json as string) }
    case 'literal':
      return def.values.every(isPlainLiteral) ? 'plain' : 'has a literal that JSON cannot hold'
    case 'any':
    case 'unknown':
      return anyJson
    case 'array':
      return list(jsonCodec(def.element, inside))
    case 'set':
      return collection(jsonCodec(def.valueType, inside), (items) => new Set(items))
    case 'map':
      return map(jsonCodec(def.keyType, inside), jsonCodec(def.valueType, inside))
    case 'record':
      return fields({}, jsonCodec(def.valueType, inside))
    case 'object': {
      const rest = def.catchall ? jsonCodec(def.catchall, inside) : 'plain'
      return fields(
        Object.fromEntries(Object.entries(def.shape).map(([name, part]) => [name, jsonCodec(part, inside)])),
        rest,
      )
    }
    case 'tuple': {
      const parts = def.items.map((part) => jsonCodec(part, inside))
      return tuple(parts, def.rest ? jsonCodec(def.rest, inside) : 'plain')
    }
    case 'union':
      return onlyPlain('a union', def.options, inside)
    case 'intersection':
      return onlyPlain('an intersection', [def.left, def.right], inside)
    case 'lazy':
      return onlyPlain('a recursive type', [def.getter()], inside)
    default:
      return `has the type ${def.type}, which cannot be stored`
  }
}

const isPlainLiteral = (value: unknown) => value === null || ['string', 'number', 'boolean'].includes(typeof value)
const isReason = (codec: JsonCodecOrReason): codec is string => typeof codec === 'string' && codec !== 'plain'

/** Where a value does not say of which type it is, there is no way back from JSON unless every type is plain. */
function onlyPlain(what: string, types: readonly z.core.$ZodType[], visit: Visit): JsonCodecOrReason {
  const codecs = types.map((type) => jsonCodec(type, visit))
  return (
    codecs.find(isReason) ??
    codecs.find((codec) => codec === anyJson) ??
    (codecs.every((codec) => codec === 'plain') ? 'plain' : `has ${what} with values that are not JSON`)
  )
}

function maybeMissing(codec: JsonCodecOrReason): JsonCodecOrReason {
  if (typeof codec === 'string') return codec
  const skip = (convert: (value: unknown) => unknown) => (value: unknown) =>
    value === undefined || value === null ? value : convert(value)
  return { toJson: skip(codec.toJson), fromJson: skip(codec.fromJson) }
}

function list(codec: JsonCodecOrReason): JsonCodecOrReason {
  if (typeof codec === 'string') return codec
  return {
    toJson: (value) => (value as unknown[]).map(codec.toJson),
    fromJson: (json) => (json as unknown[]).map(codec.fromJson),
  }
}

function collection(codec: JsonCodecOrReason, build: (items: unknown[]) => unknown): JsonCodecOrReason {
  if (isReason(codec)) return codec
  const { toJson, fromJson } = codecOf(codec)
  return {
    toJson: (value) => Array.from(value as Iterable<unknown>, toJson),
    fromJson: (json) => build((json as unknown[]).map(fromJson)),
  }
}

function map(key: JsonCodecOrReason, value: JsonCodecOrReason): JsonCodecOrReason {
  const pair = tuple([key, value], 'plain')
  return collection(pair, (items) => new Map(items as [unknown, unknown][]))
}

function tuple(parts: readonly JsonCodecOrReason[], rest: JsonCodecOrReason): JsonCodecOrReason {
  const reason = [...parts, rest].find(isReason)
  if (reason !== undefined) return reason
  if ([...parts, rest].every((part) => part === 'plain')) return 'plain'
  const at = (index: number) => codecOf(parts[index] ?? rest)
  return {
    toJson: (value) => (value as unknown[]).map((part, index) => at(index).toJson(part)),
    fromJson: (json) => (json as unknown[]).map((part, index) => at(index).fromJson(part)),
  }
}

function fields(known: Readonly<Record<string, JsonCodecOrReason>>, rest: JsonCodecOrReason): JsonCodecOrReason {
  const all = [...Object.values(known), rest]
  const reason = all.find(isReason)
  if (reason !== undefined) return reason
  if (all.every((part) => part === 'plain')) return 'plain'
  const convert = (value: unknown, way: keyof JsonCodec) => {
    const converted: Record<string, unknown> = {}
    for (const [name, part] of Object.entries(value as object)) {
      const codec = codecOf(Object.hasOwn(known, name) ? known[name]! : rest)
      // Defined and not assigned: a field may be named `__proto__`.
      Object.defineProperty(converted, name, {
        value: codec[way](part),
        enumerable: true,
        configurable: true,
        writable: true,
      })
    }
    return converted
  }
  return { toJson: (value) => convert(value, 'toJson'), fromJson: (json) => convert(json, 'fromJson') }
}

const same: JsonCodec = { toJson: (value) => value, fromJson: (json) => json }
const codecOf = (codec: JsonCodecOrReason): JsonCodec => (typeof codec === 'string' ? same : codec)

/** A value of unknown type goes in only if it is JSON: nothing is changed silently. */
const anyJson: JsonCodec = {
  toJson(value) {
    assertJson(value)
    return value
  },
  fromJson: (json) => json,
}

function assertJson(value: unknown): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return
  const prototype: unknown = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined
  if (Array.isArray(value)) value.forEach(assertJson)
  else if (prototype === Object.prototype || prototype === null) Object.values(value as object).forEach(assertJson)
  else throw new TypeError(`a value of type ${typeof value} is not JSON`)
}
