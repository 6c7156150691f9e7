import { canonicalJson, type Json, jsonSchemaOf, type Schema } from '@heddle/core'
import { nameOfType } from '@heddle/core/types'
import { plainTypes } from '../plan/plan-type.ts'
import type { PlanType } from '../plan/plan.ts'

/** A Zod type as data: its name where it has one, else its JSON Schema. */
export function planTypeOf(type: PlanType | Schema | undefined): PlanType | undefined {
  if (type === undefined || !isSchema(type)) return type
  const name = nameOfType(type) ?? plainName(type)
  return name ?? { jsonSchema: jsonSchemaOf(type, 'input') as Json }
}

/** The plain types have the names that plans give them. */
function plainName(type: Schema): PlanType | undefined {
  const text = canonicalJson(jsonSchemaOf(type, 'input') as Json)
  return [...plainTypes].find(([, make]) => canonicalJson(jsonSchemaOf(make(), 'input') as Json) === text)?.[0]
}

/** A type where it is code, and nothing where it is data. */
export const schemaIn = (type: PlanType | Schema | undefined): Schema | undefined =>
  type !== undefined && isSchema(type) ? type : undefined

const isSchema = (type: PlanType | Schema): type is Schema => typeof type === 'object' && '_zod' in type
