import { Defect, pii, sensitive } from '@heddle/core'
import { listTypes, parseType, type TypeData } from '@heddle/core/types'
import { decimal } from '@heddle/types/decimal'
import { z } from 'zod'
import { typeOfSchema, nearest, type ValueType } from '../expression/index.ts'
import { optionalHint } from './optional-hint.ts'
import type { PlanPath } from './path.ts'
import type { PlanType } from './plan.ts'
import type { PlanProblem } from './problem.ts'

/** The type of types as plans write them. What their names mean is found out by `schemaOfPlanType`. */
export const planType = z
  .union([z.string(), z.array(z.json()).min(1), z.record(z.string(), z.json())])
  .describe('A type: a name (Email), fields ({ id: uuid }), { type: list, of: Email }, or { jsonSchema: … }')

type Tell = (problem: PlanProblem) => void

/** The Zod type of a type as plans write it; what is wrong with it is told, and taken for anything. */
export function schemaOfPlanType(type: PlanType | undefined, tell: Tell, path: PlanPath = []): z.ZodType {
  if (type === undefined) return z.unknown()
  if (typeof type === 'string' && optionalHint(type) === undefined) return named({ type }, tell, path)
  if (typeof type !== 'string' && (typeof type !== 'object' || type === null)) {
    tell({ about: 'type', path, message: 'This is no type', expected: 'a name, or fields with types' })
    return z.unknown()
  }
  const hint = optionalHint(type)
  if (hint !== undefined) {
    tell({ about: 'type', path, ...hint })
    return z.unknown()
  }
  if (Array.isArray(type)) return made(() => parseType(type as TypeData), tell, path)
  const fields = type as { readonly [key: string]: PlanType }
  if ('jsonSchema' in fields) return made(() => z.fromJSONSchema(fields.jsonSchema as never), tell, path)
  if (typeof fields.type !== 'string') return record(fields, tell, path)
  if (fields.sensitive !== undefined || fields.pii !== undefined) return marked(fields, tell, path)
  if (fields.type === 'object' && typeof fields.fields === 'object') {
    return record(fields.fields as { readonly [key: string]: PlanType }, tell, [...path, 'fields'])
  }
  if (fields.type === 'list' && fields.of !== undefined && Object.keys(fields).length === 2) {
    return z.array(schemaOfPlanType(fields.of, tell, [...path, 'of']))
  }
  if (fields.type === 'optional' || fields.type === 'nullable') {
    const inner = schemaOfPlanType(fields.of, tell, [...path, 'of'])
    return fields.type === 'optional' ? inner.optional() : inner.nullable()
  }
  return named(fields as { readonly type: string }, tell, path)
}

/** What is known of the values of a type as plans write it. */
export const typeOfPlanType = (type: PlanType | undefined, tell: Tell, path: PlanPath = []): ValueType =>
  typeOfSchema(schemaOfPlanType(type, tell, path))

/** What is secret, or says something about a person, is masked in logs and encrypted where it is kept. */
function marked(fields: { readonly [key: string]: PlanType }, tell: Tell, path: PlanPath): z.ZodType {
  const { sensitive: secret, pii: personal, ...rest } = fields as { readonly [key: string]: PlanType | boolean }
  const schema = schemaOfPlanType(rest as PlanType, tell, path)
  if (secret === true) return sensitive(schema)
  return personal === true ? pii(schema) : schema
}

function record(fields: { readonly [key: string]: PlanType }, tell: Tell, path: PlanPath): z.ZodType {
  const types = Object.entries(fields).map(([name, type]) => {
    // A question mark behind the name says that the field may be missing, as in TypeScript.
    const isOptional = name.endsWith('?')
    const schema = schemaOfPlanType(type, tell, [...path, name])
    return isOptional ? [name.slice(0, -1), schema.optional()] : [name, schema]
  })
  return z.object(Object.fromEntries(types))
}

/** The plain JSON types as they are: the casters of the same names also take text, which a plan never has to. */
export const plainTypes: ReadonlyMap<string, () => z.ZodType> = new Map<string, () => z.ZodType>([
  ['string', () => z.string()],
  ['number', () => z.number()],
  ['int', () => z.int()],
  ['int64', () => z.int64()],
  ['decimal', () => decimal()],
  ['boolean', () => z.boolean()],
  ['null', () => z.null()],
  ['unknown', () => z.unknown()],
])

/** What types are called elsewhere, and here. */
const usualNames: Readonly<Record<string, string>> = {
  time: 'dateTime',
  timestamp: 'dateTime',
  integer: 'int',
  bigint: 'int64',
  float: 'number',
  double: 'number',
  bool: 'boolean',
  text: 'string',
}

function named(data: { readonly type: string }, tell: Tell, path: PlanPath): z.ZodType {
  const own = plainTypes.get(data.type)
  if (own && Object.keys(data).length === 1) return own()
  const known = listTypes().map(({ name }) => name)
  if (!known.includes(data.type)) {
    const suggestion = usualNames[data.type.toLowerCase()] ?? nearest(data.type, [...plainTypes.keys(), ...known])
    tell({ about: 'name', path, message: `There is no type "${data.type}"`, suggestion })
    return z.unknown()
  }
  return made(() => parseType(data), tell, path)
}

function made(make: () => z.ZodType, tell: Tell, path: PlanPath): z.ZodType {
  try {
    return make()
  } catch (thrown) {
    const message = thrown instanceof Defect || thrown instanceof Error ? thrown.message : String(thrown)
    tell({ about: 'type', path, message: `This is no type: ${message}` })
    return z.unknown()
  }
}
