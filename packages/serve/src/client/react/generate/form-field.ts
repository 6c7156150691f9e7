import { alternatives, type JsonSchema, type Resolve, resolver } from '../../../cli/json-schema.ts'
import { formOf } from '../../types/forms.ts'
import type { FormFacts, FormField } from '../runtime/form-fields.ts'

type Facts = Pick<FormField, 'label' | 'hint' | 'isOptional' | 'isNullable' | 'default'>

/** What a form asks for, of the type of an input. */
export function formFields(input: JsonSchema): Pick<FormFacts, 'fields' | 'types'> {
  const maker = new FieldMaker(input)
  const root = maker.fieldOf(input, {})
  const fields = root.kind === 'group' ? root.fields : {}
  return Object.keys(maker.types).length > 0 ? { fields, types: maker.types } : { fields }
}

class FieldMaker {
  /** Types that hold themselves, by name. */
  readonly types: Record<string, FormField> = {}
  readonly #resolve: Resolve
  readonly #recursive: ReadonlySet<string>

  constructor(root: JsonSchema) {
    this.#resolve = resolver(root)
    this.#recursive = recursiveIn(root)
  }

  /** @param facts those that the place gives, and not the type */
  fieldOf(schema: JsonSchema | boolean, facts: Facts): FormField {
    if (typeof schema === 'boolean') return { kind: 'json', ...facts }
    const type = this.#resolve(schema)
    const { options, nullable } = alternatives(schema, this.#resolve)
    const all: Facts = {
      ...facts,
      ...(type.description !== undefined && { hint: type.description }),
      ...(type.default !== undefined && { default: type.default, isOptional: true }),
      ...(nullable && { isNullable: true }),
    }
    if (schema.$ref !== undefined && this.#recursive.has(schema.$ref)) return this.#named(schema.$ref, type, all)
    if (options.length === 0) return { kind: 'fixed', value: null, ...facts }
    return options.length === 1 ? this.#plain(options[0]!, all) : this.#union(options, all)
  }

  #named(ref: string, type: JsonSchema, facts: Facts): FormField {
    const of = ref.slice('#/$defs/'.length)
    if (this.types[of] === undefined) {
      // Ends the circle: what refers to it meanwhile refers to it by name.
      this.types[of] = { kind: 'json' }
      this.types[of] = this.fieldOf(type, {})
    }
    return { kind: 'named', of, ...facts }
  }

  #union(options: readonly JsonSchema[], facts: Facts): FormField {
    const listed = options.flatMap(({ enum: values, const: only }) => values ?? (only === undefined ? [] : [only]))
    if (listed.length >= options.length && options.every((each) => each.enum ?? each.const !== undefined))
      return { kind: 'choice', of: listed, ...facts }
    return { kind: 'union', of: options.map((option) => this.fieldOf(option, {})), ...facts }
  }

  #plain(type: JsonSchema, facts: Facts): FormField {
    if (type.const !== undefined)
      return facts.isOptional || facts.isNullable
        ? { kind: 'choice', of: [type.const], ...facts }
        : { kind: 'fixed', value: type.const, ...facts }
    if (type.enum) return { kind: 'choice', of: type.enum, ...facts }
    if (type['x-file']) {
      const { types, maxBytes } = type['x-file']
      return { kind: 'file', ...(types && { types }), ...(maxBytes !== undefined && { maxBytes }), ...facts }
    }
    // What else is said of it is kept from strangers.
    if (type['x-sensitive'] && (type.type ?? 'string') === 'string') return this.#text(type, facts, 'password')
    const form = formOf(type)
    if (form === 'date') return { kind: 'moment', ...facts }
    if (form === 'bigint') return { kind: 'integerText', ...facts }
    if (form === 'decimal') return { kind: 'decimal', ...facts }
    if (isMoney(type)) return { kind: 'money', ...facts }
    switch (type.type) {
      case 'string':
        return this.#string(type, facts)
      case 'integer':
      case 'number':
        return numberField(type, facts)
      case 'boolean':
        return { kind: 'boolean', ...facts }
      case 'array':
        return this.#list(type, facts)
      case 'object':
        return this.#object(type, facts)
      default:
        return type.allOf ? this.#object(type, facts) : { kind: 'json', ...facts }
    }
  }

  #string(type: JsonSchema, facts: Facts): FormField {
    if (type.format === 'date-time' && new RegExp(type.pattern ?? '').test(new Date(0).toISOString()))
      return { kind: 'moment', isText: true, ...facts }
    if (type.format === 'date') return { kind: 'text', input: 'date', ...facts }
    if (type.format === 'email') return this.#text(type, facts, 'email')
    return this.#text(type, facts, type.format === 'uri' ? 'url' : undefined)
  }

  #text(type: JsonSchema, facts: Facts, input: 'email' | 'url' | 'password' | undefined): FormField {
    const { minLength, maxLength, pattern } = type
    const isLong = input === undefined && pattern === undefined && (maxLength ?? 0) > longText
    return {
      kind: 'text',
      ...(input && { input }),
      ...(minLength !== undefined && { minLength }),
      ...(maxLength !== undefined && { maxLength }),
      ...(pattern !== undefined && input !== 'email' && worksInPages(pattern) && { pattern: whole(pattern) }),
      ...(isLong && { isLong: true }),
      ...facts,
    }
  }

  #list({ prefixItems, items, minItems, maxItems }: JsonSchema, facts: Facts): FormField {
    if (prefixItems) {
      if (typeof items === 'object' || (minItems ?? prefixItems.length) < prefixItems.length)
        return { kind: 'json', ...facts }
      return { kind: 'tuple', of: prefixItems.map((item) => this.fieldOf(item, {})), ...facts }
    }
    return {
      kind: 'list',
      each: this.fieldOf(items ?? true, {}),
      ...(minItems !== undefined && { min: minItems }),
      ...(maxItems !== undefined && { max: maxItems }),
      ...facts,
    }
  }

  #object(type: JsonSchema, facts: Facts): FormField {
    const parts = type.allOf ? type.allOf.map((part) => this.#resolve(part)) : [type]
    if (parts.some((part) => part.type !== 'object')) return { kind: 'json', ...facts }
    const fields = parts.flatMap(({ properties = {}, required = [] }) =>
      Object.entries(properties).map(([name, schema]) => {
        const optional = required.includes(name) ? {} : ({ isOptional: true } as const)
        return [name, this.fieldOf(schema, optional)] as const
      }),
    )
    const [{ additionalProperties: others }] = parts as [JsonSchema]
    if (fields.length === 0 && others !== undefined && others !== false)
      return { kind: 'record', each: this.fieldOf(others, {}), ...facts }
    return { kind: 'group', fields: Object.fromEntries(fields), ...facts }
  }
}

/** A text that may be longer than this is written in several lines. */
const longText = 200

const isMoney = (type: JsonSchema & { readonly 'x-type'?: unknown }) => type['x-type'] === 'Money'

function numberField(
  { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: JsonSchema,
  facts: Facts,
): FormField {
  const isWhole = type === 'integer'
  // Only between whole numbers the next one is known.
  const min = bound(minimum) ?? (isWhole && exclusiveMinimum !== undefined ? exclusiveMinimum + 1 : exclusiveMinimum)
  const max = bound(maximum) ?? (isWhole && exclusiveMaximum !== undefined ? exclusiveMaximum - 1 : exclusiveMaximum)
  // In pages steps begin at the least number.
  const multiple = multipleOf !== undefined && (min ?? 0) % multipleOf === 0 ? multipleOf : undefined
  const step = multiple ?? (isWhole ? 1 : undefined)
  return {
    kind: 'number',
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(step !== undefined && { step }),
    ...facts,
  }
}

/** The last integer of a double is no bound that somebody meant. */
const bound = (limit: number | undefined) => (Math.abs(limit ?? 0) >= Number.MAX_SAFE_INTEGER ? undefined : limit)

/** Pages want all of a text to match; elsewhere it is enough that it has a match in it. */
const whole = (pattern: string): string => (/^\^[^|]*\$$/.test(pattern) ? pattern : `[\\s\\S]*?(?:${pattern})[\\s\\S]*`)

/** Pages read patterns in another way than the server (flag `v`), where some are no patterns and others mean something else. */
function worksInPages(pattern: string): boolean {
  if (/&&|--|\[[^\]\\]*(?:\\.[^\]\\]*)*\[/.test(pattern)) return false
  try {
    void new RegExp(`^(?:${pattern})$`, 'v')
    return true
  } catch {
    return false
  }
}

/** The references that lead back to themselves. */
function recursiveIn({ $defs = {} }: JsonSchema): ReadonlySet<string> {
  const direct = new Map(Object.entries($defs).map(([name, type]) => [`#/$defs/${name}`, refsIn(type)]))
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    [...(direct.get(from) ?? [])].some((ref) => ref === to || (!seen.has(ref) && reaches(ref, to, seen.add(ref))))
  return new Set([...direct.keys()].filter((name) => reaches(name, name, new Set())))
}

function refsIn(part: unknown): Set<string> {
  if (typeof part !== 'object' || part === null) return new Set()
  const inner = Object.entries(part).flatMap(([name, each]) =>
    name === '$ref' && typeof each === 'string' ? [each] : [...refsIn(each)],
  )
  return new Set(inner)
}
