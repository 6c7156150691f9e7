import { z } from 'zod'

/** A name with its arguments beside it, as YAML and JSON write it: `{ type: 'length', min: 1, max: 64 }`. */
export interface NamedTypeData {
  readonly type: string
  readonly [argument: string]: unknown
}

/** A type as data: a name, a name with arguments, or a list of them that begins with a type and goes on with blocks. */
export type TypeData = string | NamedTypeData | readonly (string | NamedTypeData)[]

const named = z.union([z.string(), z.looseObject({ type: z.string() })])

/** The type of `TypeData`. What its names mean is found out by `parseType`. */
export const typeData: z.ZodType<TypeData> = z.union([named, z.array(named).min(1)])
