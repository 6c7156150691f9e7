import type { Json } from '../manifest/json.ts'
import type { JsonSchema } from '../schema/json-schema.ts'

type Member = readonly (readonly JsonSchema[])[]

/** Whether no value can fit two members: they have other types, or a required field with other listed values. */
export function areDisjoint(members: readonly Member[]): boolean {
  return members.every((member, index) => members.slice(index + 1).every((other) => exclude(member, other)))
}

const exclude = (a: Member, b: Member) => a.every((one) => b.every((other) => differ(one, other)))

function differ(a: readonly JsonSchema[], b: readonly JsonSchema[]): boolean {
  const types = [typesOf(a), typesOf(b)] as const
  if (types[0] && types[1] && !types[0].some((type) => types[1]!.some((other) => overlap(type, other)))) return true
  const values = [valuesOf(a), valuesOf(b)] as const
  if (values[0] && values[1]) return !values[0].some((value) => values[1]!.includes(value))
  return requiredOf(a).some((field) => {
    if (!requiredOf(b).includes(field)) return false
    const [left, right] = [valuesOf(fieldOf(a, field)), valuesOf(fieldOf(b, field))]
    return left !== undefined && right !== undefined && !left.some((value) => right.includes(value))
  })
}

const overlap = (a: string, b: string) => a === b || (isNumeric(a) && isNumeric(b))
const isNumeric = (type: string) => type === 'integer' || type === 'number'

function typesOf(schemas: readonly JsonSchema[]): string[] | undefined {
  const typed = schemas.find(({ type }) => type !== undefined)
  return typed && [typed.type as string | string[]].flat()
}

function valuesOf(schemas: readonly JsonSchema[]): readonly Json[] | undefined {
  for (const schema of schemas) {
    if (schema.const !== undefined) return [schema.const]
    if (schema.enum !== undefined) return schema.enum as readonly Json[]
  }
  return undefined
}

const requiredOf = (schemas: readonly JsonSchema[]) =>
  schemas.flatMap(({ required }) => (required ?? []) as readonly string[])

const fieldOf = (schemas: readonly JsonSchema[], field: string) =>
  schemas.flatMap(({ properties }) => {
    const type = (properties as Record<string, JsonSchema> | undefined)?.[field]
    return type ? [type] : []
  })
