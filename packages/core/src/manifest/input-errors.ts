import type { z } from 'zod'
import type { InputCode } from '../error/issue-codes.ts'
import { anyIndex } from '../error/key.ts'
import { fits } from '../schema/fits.ts'
import { refTarget } from '../schema/ref.ts'
import type { Schema } from '../schema/schema.ts'
import { checksOf, lazyType, zodType, type ZodType } from '../schema/zod-type.ts'
import { raiseOf } from './check-codes.ts'

/** What a type can say about a value, and where; `#` stands for any index of a list and any key of a record. */
export interface InputError {
  readonly path: readonly string[]
  readonly code: InputCode | 'NotFound'
}

type Path = readonly string[]
/** `ends`: the check of the value ends there, so that a union goes on to its other members. */
type Report = (path: Path, code: InputError['code'], ends: boolean) => void

/** Where the walk is. */
interface Place {
  readonly path: Path
  readonly report: Report
  readonly around: readonly ZodType[]
}

/** Kinds that only ask what a value is. */
const leaves: { readonly [kind in ZodType['_zod']['def']['type']]?: readonly InputCode[] } = {
  string: ['InvalidType'],
  number: ['InvalidType'],
  boolean: ['InvalidType'],
  bigint: ['InvalidType'],
  symbol: ['InvalidType'],
  undefined: ['InvalidType'],
  null: ['InvalidType'],
  void: ['InvalidType'],
  never: ['InvalidType'],
  nan: ['InvalidType'],
  date: ['InvalidType'],
  file: ['InvalidType'],
  function: ['InvalidType'],
  enum: ['InvalidValue'],
  literal: ['InvalidValue'],
  template_literal: ['InvalidType', 'InvalidString'],
}

/**
 * Every error that the check of an input can raise at a surface, where objects refuse unknown fields. A recursive type is
 * followed to its first repetition. What code reports from inside a transform or refinement is `Invalid` at its place;
 * if that code names another path, it is not known here.
 *
 * @param limit how many are found at most
 */
export function inputErrors(schema: Schema, limit = Infinity): InputError[] {
  const found = new Map<string, InputError>()
  const report: Report = (path, code) => {
    if (found.size < limit) found.set(`${path.join('/')}:${code}`, { path, code })
  }
  visit(zodType(schema), { path: [], report, around: [] })
  return [...found.values()]
}

function visit(schema: z.core.$ZodType, { path, report, around }: Place): void {
  const type = schema as ZodType
  if (around.includes(type)) return
  if (refTarget(type)) report(path, 'NotFound', true)
  visitKind(type, { path, report, around: [...around, type] })
  for (const check of checksOf(type)) {
    const inner = raiseOf(check, (code, ends, field) => report(field ? [...path, ...field] : path, code, ends))
    if (inner) visit(inner.type, { path: [...path, inner.field], report, around })
  }
}

function visitKind(type: ZodType, place: Place): void {
  const { def } = type._zod
  const report = (code: InputCode, ends = true, ...steps: string[]) =>
    place.report([...place.path, ...steps], code, ends)
  const follow = (inner: z.core.$ZodType, ...steps: string[]) =>
    visit(inner, steps.length === 0 ? place : { ...place, path: [...place.path, ...steps] })
  switch (def.type) {
    case 'object':
      report('InvalidType')
      for (const [field, inner] of Object.entries(def.shape)) {
        if (refusesMissing(inner)) report('InvalidType', true, field)
        follow(inner, field)
      }
      if (!def.catchall || def.catchall._zod.def.type === 'never') report('UnrecognizedKeys', false)
      else follow(def.catchall, anyIndex)
      return
    case 'array':
      report('InvalidType')
      return follow(def.element, anyIndex)
    case 'tuple':
      for (const code of ['InvalidType', 'TooSmall', 'TooBig'] as const) report(code)
      for (const [index, item] of def.items.entries()) follow(item, String(index))
      if (def.rest) follow(def.rest, anyIndex)
      return
    case 'record':
      report('InvalidType')
      report('InvalidKey', true, anyIndex)
      if (def.keyType._zod.values) report('UnrecognizedKeys', false)
      return follow(def.valueType, anyIndex)
    case 'map':
      for (const code of ['InvalidType', 'InvalidKey', 'InvalidElement'] as const) report(code)
      follow(def.keyType, anyIndex)
      return follow(def.valueType, anyIndex)
    case 'set':
      report('InvalidType')
      return follow(def.valueType) // Zod gives what is wrong with an element the path of the set.
    case 'union':
      return visitUnion(def, place)
    case 'intersection':
      follow(def.left)
      return follow(def.right)
    case 'pipe':
      follow(def.in)
      follow(def.out)
      // The functions of a codec report what is wrong with a text, each in its own way.
      if (type._zod.traits.has('$ZodCodec')) {
        for (const code of ['InvalidString', 'InvalidValue', 'Invalid'] as const) report(code)
      }
      return
    case 'transform':
      return report('Invalid')
    case 'custom':
      if ('Class' in type._zod.bag) report('InvalidType')
      return
    case 'lazy':
      return follow(lazyType(type))
    case 'nonoptional':
      report('InvalidType')
      return follow(def.innerType)
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'promise':
    case 'success': // Zod keeps the issues beside the answer.
      return follow(def.innerType)
    default:
      // `any`, `unknown` and `catch` refuse nothing.
      for (const code of leaves[def.type] ?? []) report(code)
  }
}

function visitUnion(def: z.core.$ZodUnionDef, place: Place): void {
  const { discriminator } = def as Partial<z.core.$ZodDiscriminatedUnionDef>
  place.report(place.path, 'InvalidUnion', true)
  if (discriminator !== undefined) {
    place.report(place.path, 'InvalidType', true)
    place.report([...place.path, discriminator], 'InvalidUnion', true)
  }
  // Where the member is known, its errors are the union's; else those of the one member that came to its end.
  const known = discriminator !== undefined || def.options.length === 1
  const report: Report = (path, code, ends) => {
    if (known || !ends) place.report(path, code, ends)
  }
  for (const option of def.options) visit(option, { ...place, report })
}

/** Whether a missing field is refused as missing, and not by its own type: one that takes `undefined` is. */
const refusesMissing = (type: z.core.$ZodType) => type._zod.optin === undefined && fits(type, undefined, 'input')
