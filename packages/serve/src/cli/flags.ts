import type { JsonSchema as AnyJsonSchema, Json } from '@heddle/core'
import { alternatives, fieldsOf, hasFields, type JsonSchema, type Resolve, resolver } from './json-schema.ts'
import { typeText } from './type-text.ts'

/** How the text after a flag is read: taken as it is, as JSON, as yes or no, or as one more element of a list. */
export type FlagKind = 'text' | 'json' | 'boolean' | 'list'

/** A flag that stands for one place in a command's input. */
export interface Flag {
  /** As it is shown, without dashes: `origin`, `filter-min-delay`. */
  readonly name: string
  readonly path: readonly string[]
  readonly kind: FlagKind
  /** Of one that is read as JSON and may be a text too: the types that its JSON may have. What is none of these is that text. */
  readonly orText?: readonly string[]
  /** What an element of a list is read as. */
  readonly element: 'text' | 'json'
  readonly required: boolean
  readonly summary: string
  /** The type in a few words, e.g. `int 1..10`. */
  readonly type: string
  readonly choices?: readonly string[]
  /** A secret, which is not shown while it is typed. */
  readonly sensitive?: true
  readonly default?: Json
}

/** `minDelay`, `min_delay` and `min-delay` are one name. */
export const kebab = (name: string): string =>
  name
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-')
    .replaceAll(/[._]/g, '-')
    .toLowerCase()

/**
 * The flags of a command, from the JSON Schema of its input: nested objects are flattened, lists repeat their flag, and
 * what has no flat form takes JSON.
 *
 * @param reserved names that the tool itself takes; a field of that name is `--input-<name>`
 */
export function flagsOf(json: AnyJsonSchema | JsonSchema, reserved: ReadonlySet<string> = new Set()): Flag[] {
  const input = json as JsonSchema
  const resolve = resolver(input)
  const flags: Flag[] = []
  const visit = (schema: JsonSchema, path: string[], required: boolean, seen: readonly JsonSchema[]) => {
    for (const field of fieldsOf(schema, resolve)) {
      const type = resolve(field.schema)
      const at = [...path, field.name]
      const needed = required && field.required
      const { options } = alternatives(type, resolve)
      // A type that contains itself is flattened once; deeper levels are given as JSON.
      const flat = options.length > 0 && options.every((option) => hasFields(option, resolve)) && !seen.includes(type)
      if (flat && !type.default) visit(type, at, needed, [...seen, type])
      else flags.push(makeFlag(at, type, needed, resolve, reserved))
    }
  }
  visit(input, [], true, [resolve(input)])
  return flags
}

function makeFlag(
  path: readonly string[],
  type: JsonSchema,
  required: boolean,
  resolve: Resolve,
  reserved: ReadonlySet<string>,
): Flag {
  const plain = path.map(kebab).join('-')
  const choices = choicesOf(type, resolve)
  const isList = kindOf(type, resolve) === 'list'
  const items = isList ? alternatives(type, resolve).options[0]!.items : undefined
  return {
    name: reserved.has(plain) ? `input-${plain}` : plain,
    path,
    kind: kindOf(type, resolve),
    ...orTextOf(type, resolve),
    element: typeof items === 'object' && kindOf(items, resolve) !== 'json' ? 'text' : 'json',
    required,
    summary: type.description ?? '',
    type: typeText(type, resolve),
    ...(choices ? { choices } : {}),
    ...(type['x-sensitive'] ? { sensitive: true } : {}),
    ...(type.default === undefined ? {} : { default: type.default }),
  }
}

function kindOf(schema: JsonSchema, resolve: Resolve): FlagKind {
  const { options } = alternatives(schema, resolve)
  const kinds = new Set(options.map(({ type }) => type))
  if (kinds.size === 1 && kinds.has('boolean')) return 'boolean'
  if (kinds.size === 1 && kinds.has('array') && options.length === 1) return options[0]!.prefixItems ? 'json' : 'list'
  return kinds.has('object') || kinds.has('array') || options.some(({ allOf }) => allOf) ? 'json' : 'text'
}

function orTextOf(schema: JsonSchema, resolve: Resolve): Pick<Flag, 'orText'> {
  const { options, nullable } = alternatives(schema, resolve)
  const types = options.map(({ type }) => (type === 'integer' ? 'number' : type))
  if (kindOf(schema, resolve) !== 'json' || !types.includes('string')) return {}
  const named = types.filter((type) => typeof type === 'string')
  return named.length < types.length ? {} : { orText: [...named, ...(nullable ? ['null'] : [])] }
}

function choicesOf(schema: JsonSchema, resolve: Resolve): string[] | undefined {
  const choices: string[] = []
  for (const option of alternatives(schema, resolve).options) {
    const values = option.const === undefined ? option.enum : [option.const]
    if (!values) return undefined
    for (const value of values) choices.push(typeof value === 'string' ? value : JSON.stringify(value))
  }
  return choices.length === 0 ? undefined : choices
}
