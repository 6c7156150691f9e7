import type { z } from 'zod'
import { isZods } from './shape.ts'

interface Def {
  readonly type: string
  readonly innerType: z.core.$ZodType
  readonly format?: string
  readonly coerce?: boolean
  readonly checks?: readonly z.core.$ZodCheck<never>[]
  readonly entries?: Readonly<Record<string, unknown>>
  readonly values?: readonly unknown[]
}

interface CheckDef {
  readonly check: string
  readonly format?: string
  readonly value?: unknown
  readonly inclusive?: boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly abort?: boolean
}

/** More alternatives than these are looked up by Zod. */
const mostAlternatives = 8

/**
 * The JavaScript condition under which a type takes a value of JSON as it is, over the variable `name`; undefined where
 * only Zod can tell. It may be narrower than the type: what it does not let through is checked once more.
 */
export function sureCondition(schema: z.core.$ZodType | undefined, name: string): string | undefined {
  if (schema === undefined || !isZods(schema)) return undefined
  const def = schema._zod.def as unknown as Def
  if (def.type === 'optional') return sureCondition(def.innerType, name)
  if (def.coerce === true) return undefined
  const conditions = (def.checks ?? []).map((check) =>
    conditionOf(check._zod.def as unknown as CheckDef, def.type, name),
  )
  if (conditions.includes(undefined)) return undefined
  const type = typeCondition(def, name)
  return type && [type, ...conditions].join(' && ')
}

function typeCondition(def: Def, name: string): string | undefined {
  switch (def.type) {
    case 'string':
      return def.format === undefined ? `typeof ${name} === 'string'` : undefined
    case 'number':
      if (def.format === undefined) return `typeof ${name} === 'number'`
      return def.format === 'safeint' ? `Number.isSafeInteger(${name})` : undefined
    case 'boolean':
      return `typeof ${name} === 'boolean'`
    case 'enum':
      return oneOf(Object.values(def.entries ?? {}), name)
    case 'literal':
      return oneOf(def.values ?? [], name)
    default:
      return undefined
  }
}

function oneOf(values: readonly unknown[], name: string): string | undefined {
  if (values.length === 0 || values.length > mostAlternatives) return undefined
  if (!values.every((value) => typeof value === 'string')) return undefined
  return `(${values.map((value) => `${name} === ${JSON.stringify(value)}`).join(' || ')})`
}

function conditionOf(def: CheckDef, type: string, name: string): string | undefined {
  const { check, format, value, inclusive, minimum, maximum } = def
  if (type === 'number' && check === 'number_format' && format === 'safeint') return `Number.isSafeInteger(${name})`
  if (type === 'number' && typeof value === 'number' && Number.isFinite(value)) {
    if (check === 'greater_than') return `${name} ${inclusive === true ? '>=' : '>'} ${value}`
    if (check === 'less_than') return `${name} ${inclusive === true ? '<=' : '<'} ${value}`
  }
  if (type === 'string' && check === 'min_length' && Number.isFinite(minimum)) return longEnough(name, minimum!)
  if (type === 'string' && check === 'max_length' && Number.isFinite(maximum)) return `${name}.length <= ${maximum}`
  return undefined
}

/** Zod counts characters, of which those beyond 16 bits are two in JavaScript: where such a one may decide, Zod is asked. */
function longEnough(name: string, minimum: number): string {
  const isLong = `${name}.length >= ${minimum}`
  if (minimum <= 1) return isLong
  return `(${name}.length >= ${2 * minimum} || (${isLong} && !/[\\ud800-\\udfff]/.test(${name})))`
}
