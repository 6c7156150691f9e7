import { annotationOf, Defect, type Schema } from '@heddle/core'
import type { z } from 'zod'
import type { Column, ColumnKind } from '../database/table.ts'
import { type JsonCodec, jsonCodec } from './json-codec.ts'

/** What a field's type says about how it is kept. */
export interface FieldType {
  readonly column: Column
  /** Whether a missing value is `null` in the record, and not an absent field. */
  readonly nullWhenMissing: boolean
  /** Only for json columns whose values are not JSON as they are. */
  readonly json: JsonCodec | undefined
  /** A text that is made up when missing and the field is the key. */
  readonly isUuid: boolean
  /** The value for records that were written before the field existed, when the type declares a default. */
  readonly hasDefault: boolean
}

const wrappers = new Set(['optional', 'nullable', 'default', 'prefault', 'nonoptional', 'readonly', 'catch'])

/**
 * Derives how a field is kept from its type.
 *
 * @throws {Defect} InvalidDefinition for a type whose values would not come back as they went in
 */
export function fieldType(entity: string, name: string, schema: Schema): FieldType {
  let type = schema as z.core.$ZodTypes
  let optional = false
  let nullable = false
  let hasDefault = false
  let encrypted = annotationOf(schema)?.encrypt ?? false
  while (wrappers.has(type._zod.def.type)) {
    const { def } = type._zod
    if (def.type === 'optional') optional = true
    if (def.type === 'nullable') nullable = true
    if (def.type === 'nonoptional') optional = false
    if (def.type === 'default' || def.type === 'prefault') [optional, hasDefault] = [false, true]
    type = (def as z.core.$ZodOptionalDef).innerType as z.core.$ZodTypes
    encrypted ||= annotationOf(type)?.encrypt ?? false
  }
  const kind = encrypted ? 'json' : columnKind(type)
  const codec = kind === 'json' ? jsonCodec(type) : kind ? 'plain' : refusal(type)
  if (kind === undefined || (typeof codec === 'string' && codec !== 'plain')) {
    throw new Defect('InvalidDefinition', { name: `entity ${entity}`, reason: `field "${name}" ${String(codec)}` })
  }
  return {
    column: { name, kind, nullable: optional || nullable, ...(encrypted && { encrypted }) },
    nullWhenMissing: nullable,
    json: typeof codec === 'string' ? undefined : codec,
    isUuid: type._zod.def.type === 'string' && facts(type).some(({ format }) => format === 'uuid'),
    hasDefault,
  }
}

function columnKind(type: z.core.$ZodTypes): ColumnKind | undefined {
  const { def } = type._zod
  switch (def.type) {
    case 'string':
    case 'template_literal':
      return 'text'
    case 'number':
      return isInteger(type) ? 'integer' : 'real'
    case 'boolean':
      return 'boolean'
    case 'date':
      return 'time'
    case 'bigint':
      return fits64Bits(type) ? 'bigint' : undefined
    case 'enum':
      return commonKind(Object.values(def.entries))
    case 'literal':
      return commonKind(def.values)
    default:
      return 'json'
  }
}

function commonKind(values: readonly unknown[]): ColumnKind {
  if (values.every((value) => typeof value === 'string')) return 'text'
  if (values.every((value) => typeof value === 'boolean')) return 'boolean'
  if (values.every((value) => Number.isSafeInteger(value))) return 'integer'
  return values.every((value) => typeof value === 'number') ? 'real' : 'json'
}

/** What the type itself and each check that was added to it say, e.g. a format or a bound. */
const facts = ({ _zod: { def } }: z.core.$ZodTypes): Fact[] => [
  def as Fact,
  ...(def.checks ?? []).map((check) => check._zod.def as Fact),
]

interface Fact {
  readonly check?: string
  readonly format?: string
  readonly value?: unknown
}

const isInteger = (type: z.core.$ZodTypes) => facts(type).some(({ format }) => format?.includes('int'))

function fits64Bits(type: z.core.$ZodTypes): boolean {
  const all = facts(type)
  const bounded = (check: string, fits: (bound: bigint) => boolean) =>
    all.some((fact) => fact.check === check && typeof fact.value === 'bigint' && fits(fact.value))
  return (
    all.some(({ format }) => format === 'int64') ||
    (bounded('greater_than', (least) => least >= -(2n ** 63n)) && bounded('less_than', (most) => most < 2n ** 63n))
  )
}

const refusal = (type: z.core.$ZodTypes) =>
  type._zod.def.type === 'bigint'
    ? 'is a big integer without bounds of 64 bits; write z.int64()'
    : `has the type ${type._zod.def.type}, which cannot be stored`
