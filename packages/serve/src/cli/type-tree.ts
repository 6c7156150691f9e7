import type { JsonSchema as AnyJsonSchema } from '@heddle/core'
import { alternatives, fieldsOf, hasFields, type JsonSchema, type Resolve, resolver } from './json-schema.ts'
import { typeText } from './type-text.ts'

interface Line {
  readonly indent: number
  readonly name: string
  readonly type: string
  readonly summary: string
}

/**
 * A type as an indented tree: one line per field with its type, limits, default and description; `?` marks a field that
 * may be left out.
 */
export function typeTree(json: AnyJsonSchema, indent = 2): string[] {
  const schema = json as JsonSchema
  const resolve = resolver(schema)
  const lines: Line[] = []
  if (hasFields(schema, resolve)) addFields(schema, resolve, 0, [], lines)
  else addField({ name: '', schema, required: true }, resolve, 0, [], lines)
  const widest = Math.max(0, ...lines.map((line) => line.indent * 2 + line.name.length))
  return lines.map(({ indent: depth, name, type, summary }) => {
    const head = `${' '.repeat(depth * 2)}${name}`.padEnd(widest)
    return `${' '.repeat(indent)}${[head, type, summary].filter((part) => part.trim() !== '').join('  ')}`
  })
}

type Seen = readonly JsonSchema[]

function addFields(schema: JsonSchema, resolve: Resolve, depth: number, seen: Seen, lines: Line[]) {
  for (const field of fieldsOf(schema, resolve)) addField(field, resolve, depth, seen, lines)
}

function addField(
  { name, schema, required }: { name: string; schema: JsonSchema; required: boolean },
  resolve: Resolve,
  depth: number,
  seen: Seen,
  lines: Line[],
) {
  const type = resolve(schema)
  const inner = element(type, resolve)
  const nested = hasFields(inner, resolve)
  const again = seen.includes(inner)
  const preset = type.default === undefined ? '' : ` = ${JSON.stringify(type.default)}`
  const text = again ? `${typeText(type, resolve)} (as above)` : typeText(type, resolve)
  lines.push({
    indent: depth,
    name: required ? name : `${name}?`,
    type: `${text}${preset}`,
    summary: type.description ?? '',
  })
  if (nested && !again) addFields(inner, resolve, depth + 1, [...seen, inner], lines)
}

/** What a list holds, at any depth; other types are themselves. */
function element(schema: JsonSchema, resolve: Resolve): JsonSchema {
  const type = resolve(schema)
  const { options } = alternatives(type, resolve)
  const [only] = options
  if (options.length === 1 && only?.type === 'array' && typeof only.items === 'object')
    return element(only.items, resolve)
  if (options.length === 1 && typeof only?.additionalProperties === 'object' && !only.properties) {
    return element(only.additionalProperties, resolve)
  }
  return type
}
