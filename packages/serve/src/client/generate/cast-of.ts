import { alternatives, type JsonSchema, type Resolve, resolver } from '../../cli/json-schema.ts'
import type { Alternative, Cast, Casts } from '../runtime/cast.ts'
import { formOf, hasMixedTexts } from '../types/forms.ts'
import { innerTypes } from '../types/inner-types.ts'

/** What a client does to JSON of some types before it is handed out. */
export class CastMaker {
  /** The casts of types that hold themselves, by name. */
  readonly types: Record<string, Cast> = {}

  /** @param prefix what the names of inner types begin with, so that several schemas share one maker */
  castOf(schema: JsonSchema, prefix: string): Cast | undefined {
    const maker = new SchemaCasts(schema, prefix, this.types)
    return maker.castOf(schema)
  }
}

class SchemaCasts {
  readonly #root: JsonSchema
  readonly #prefix: string
  readonly #types: Record<string, Cast>
  readonly #resolve: Resolve

  constructor(root: JsonSchema, prefix: string, types: Record<string, Cast>) {
    this.#root = root
    this.#prefix = prefix
    this.#types = types
    this.#resolve = resolver(root)
  }

  castOf(schema: JsonSchema | boolean | undefined): Cast | undefined {
    if (typeof schema !== 'object') return undefined
    if (schema.$ref !== undefined) return this.#castOfRef(schema.$ref)
    if (schema.anyOf ?? schema.oneOf) return this.#castOfUnion(schema)
    if (schema.allOf) return merged(schema.allOf.map((member) => this.castOf(member)))
    const form = formOf(schema)
    if (form === 'date' || form === 'bigint') return form
    if (schema.type === 'array') return this.#castOfList(schema)
    if (Array.isArray(schema.type)) return this.#castOfUnion(schema)
    return this.#castOfObject(schema)
  }

  #castOfRef(ref: string): Cast | undefined {
    const name = ref.slice('#/$defs/'.length)
    const schema = this.#root.$defs?.[name]
    if (!schema || !this.#holdsForm(schema, new Set())) return undefined
    const key = this.#prefix + name
    if (this.#types[key] === undefined) {
      // Ends the circle: what refers to it meanwhile refers to it by name.
      this.#types[key] = { of: key }
      this.#types[key] = this.castOf(schema) ?? { fields: {} }
    }
    return { of: key }
  }

  #castOfList({ prefixItems, items }: JsonSchema): Cast | undefined {
    const rest = this.castOf(items)
    if (!prefixItems) return rest && { each: rest }
    const casts = prefixItems.map((item) => this.castOf(item) ?? null)
    if (!rest && casts.every((cast) => cast === null)) return undefined
    return rest ? { items: casts, rest } : { items: casts }
  }

  #castOfObject({ properties = {}, additionalProperties }: JsonSchema): Cast | undefined {
    const rest = this.castOf(additionalProperties)
    const fields = Object.entries(properties).flatMap(([name, schema]) => {
      const cast = this.castOf(schema)
      return cast ? [[name, cast] as const] : []
    })
    if (fields.length === 0 && !rest) return undefined
    return rest ? { fields: Object.fromEntries(fields), rest } : { fields: Object.fromEntries(fields) }
  }

  #castOfUnion(schema: JsonSchema): Cast | undefined {
    const isMixed = hasMixedTexts(schema, this.#resolve)
    const { options } = alternatives(schema, this.#resolve)
    const texts = options.flatMap((option) => listedTexts(option))
    const any = options.flatMap((option): Alternative[] => {
      const cast = option.type === 'string' && isMixed ? undefined : this.castOf(option)
      const described = describe(option, texts)
      return described ? [cast === undefined ? described : { ...described, cast }] : []
    })
    if (any.every(({ cast }) => cast === undefined)) return undefined
    return options.length === 1 && any[0]?.cast !== undefined ? any[0].cast : { any }
  }

  #holdsForm(schema: JsonSchema | undefined, seen: Set<JsonSchema>): boolean {
    if (!schema || seen.has(schema)) return false
    seen.add(schema)
    const form = formOf(schema)
    if (form === 'date' || form === 'bigint') return true
    if (schema.$ref !== undefined && this.#holdsForm(this.#root.$defs?.[schema.$ref.slice('#/$defs/'.length)], seen))
      return true
    return innerTypes(schema).some((inner) => this.#holdsForm(inner, seen))
  }
}

const listedTexts = ({ enum: listed, const: only }: JsonSchema): readonly unknown[] =>
  (listed ?? (only === undefined ? [] : [only])).filter((value) => typeof value === 'string')

/** How values of one member of a union are told from those of the others. */
function describe(option: JsonSchema, texts: readonly unknown[]): Alternative | undefined {
  switch (option.type) {
    case 'string': {
      if (listedTexts(option).length > 0) return undefined
      return texts.length > 0 ? { is: 'text', not: [...texts] } : { is: 'text' }
    }
    case 'array':
      return { is: 'list' }
    case 'object': {
      const where = Object.entries(option.properties ?? {}).flatMap(([name, field]) => {
        const values = field.enum ?? (field.const === undefined ? undefined : [field.const])
        return values ? [[name, values] as const] : []
      })
      const { required = [] } = option
      return {
        is: 'object',
        ...(required.length > 0 && { has: required }),
        ...(where.length > 0 && { where: Object.fromEntries(where) }),
      }
    }
    default:
      return undefined
  }
}

/** One cast for a value that has all of some types. */
function merged(casts: readonly (Cast | undefined)[]): Cast | undefined {
  const known = casts.filter((cast) => cast !== undefined)
  if (known.length < 2) return known[0]
  let fields: Casts = {}
  for (const cast of known) if (typeof cast === 'object' && 'fields' in cast) fields = { ...fields, ...cast.fields }
  return { fields }
}
