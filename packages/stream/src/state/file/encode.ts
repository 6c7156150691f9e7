/**
 * Values of cells as text. Plain JSON stands as it is, and is the fast way. Where a value holds something that JSON lacks
 * (dates, big integers, decimals, undefined, NaN, −0, maps, sets, bytes, types with a text form), the text begins with `~`, and such a
 * part is an object whose field `~` says what it is. Texts tell by themselves how they are read, so that a schema can
 * change without them.
 */
import type { TextForm } from '@heddle/core'
import { Decimal } from '@heddle/types/decimal'

/** Why a value cannot be kept. */
export class Unwritable extends Error {}

/** The text of a value. @throws {Unwritable} */
export function encode(value: unknown, forms: readonly TextForm[]): string {
  try {
    return isPlain(value) ? JSON.stringify(value) : `~${JSON.stringify(marked(value, forms, '$'))}`
  } catch (thrown) {
    if (thrown instanceof RangeError) throw new Unwritable('it holds itself, or is nested too deep')
    throw thrown
  }
}

/** The value of a text. */
export function decode(text: string, forms: readonly TextForm[]): unknown {
  return text.startsWith('~') ? unmarked(JSON.parse(text.slice(1)), forms) : JSON.parse(text)
}

/** Whether JSON holds a value such that it comes back the same. */
function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return value === 0 ? 1 / value > 0 : Number.isFinite(value)
    case 'object':
      return value === null || (Array.isArray(value) ? isPlainList(value) : isPlainObject(value))
    default:
      return false
  }
}

function isPlainList(items: readonly unknown[]): boolean {
  for (let at = 0; at < items.length; at++) if (!isPlain(items[at])) return false
  return true
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  for (const name in value) if (!isPlain((value as Record<string, unknown>)[name])) return false
  return true
}

type Marked = { readonly '~': string; readonly v?: unknown; readonly f?: string }

const numbers: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
])

function marked(value: unknown, forms: readonly TextForm[], path: string): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return isPlain(value) ? value : { '~': 'number', v: Object.is(value, -0) ? '-0' : String(value) }
    case 'bigint':
      return { '~': 'bigint', v: String(value) }
    case 'undefined':
      return { '~': 'undefined' }
    case 'object':
      return value === null ? null : markedObject(value, forms, path)
    default:
      throw new Unwritable(`${path} is a ${typeof value}`)
  }
}

function markedObject(value: object, forms: readonly TextForm[], path: string): unknown {
  if (Array.isArray(value)) return Array.from(value, (item, at) => marked(item, forms, `${path}/${at}`))
  if (value instanceof Date) return { '~': 'date', v: Number.isNaN(value.getTime()) ? null : value.getTime() }
  if (value instanceof Map) {
    return { '~': 'map', v: Array.from(value, (pair) => pair.map((part) => marked(part, forms, path))) }
  }
  if (value instanceof Set) return { '~': 'set', v: Array.from(value, (item) => marked(item, forms, path)) }
  if (value instanceof Uint8Array) return { '~': 'bytes', v: Buffer.from(value).toString('base64') }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return textOf(value, forms, path)
  const pairs = Object.entries(value).map(([name, part]) => [name, marked(part, forms, `${path}/${name}`)] as const)
  return Object.hasOwn(value, '~') ? { '~': 'object', v: pairs } : Object.fromEntries(pairs)
}

function textOf(value: object, forms: readonly TextForm[], path: string): Marked {
  const text = 'toJSON' in value && typeof value.toJSON === 'function' ? (value.toJSON() as unknown) : undefined
  if (typeof text === 'string') {
    const isDecimal = value instanceof Decimal
    for (const { format, read } of forms) {
      const back = read(text)
      // Where nothing tells the type of a part, the form of another part must not take a decimal for its own.
      if (back !== undefined && (!isDecimal || back instanceof Decimal)) return { '~': 'text', f: format, v: text }
    }
    // Steps and sinks keep records of any type, which no schema describes.
    if (isDecimal) return { '~': 'decimal', v: text }
  }
  throw new Unwritable(
    `${path} is a ${value.constructor?.name ?? 'class'}, which its schema does not tell how to write`,
  )
}

function unmarked(json: unknown, forms: readonly TextForm[]): unknown {
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return json.map((item) => unmarked(item, forms))
  if (Object.hasOwn(json, '~')) return special(json as Marked, forms)
  return object(Object.entries(json), forms)
}

// `fromEntries` defines fields, so that one named `__proto__` is a field.
const object = (pairs: readonly (readonly [string, unknown])[], forms: readonly TextForm[]) =>
  Object.fromEntries(pairs.map(([name, part]) => [name, unmarked(part, forms)]))

function special({ '~': kind, v, f }: Marked, forms: readonly TextForm[]): unknown {
  switch (kind) {
    case 'number':
      return numbers.get(v as string)
    case 'bigint':
      return BigInt(v as string)
    case 'decimal':
      return Decimal.read(v as string)
    case 'date':
      return new Date((v as number | null) ?? NaN)
    case 'map':
      return new Map((v as [unknown, unknown][]).map(([name, part]) => [unmarked(name, forms), unmarked(part, forms)]))
    case 'set':
      return new Set((v as unknown[]).map((item) => unmarked(item, forms)))
    case 'bytes':
      return new Uint8Array(Buffer.from(v as string, 'base64'))
    case 'object':
      return object(v as [string, unknown][], forms)
    case 'text': {
      // Where the schema does not know the form any more, the text is what there is.
      const form = forms.find(({ format }) => format === f)
      return form === undefined ? v : form.read(v as string)
    }
    default:
      return undefined
  }
}
