import type { CommandSection, Json, JsonSchema } from '@heddle/core'

/** The type of a tool's arguments: an object, whatever the input of its command is. */
export interface ToolInput {
  readonly schema: JsonSchema & { readonly type: 'object' }
  /** Whether the input is the one field `input` of the arguments, because it is no object. */
  readonly isWrapped: boolean
}

/** The arguments of a tool for an input of any type. */
export function toolInput(input: JsonSchema): ToolInput {
  if (isObject(input, input)) return { schema: { ...dialectOf(input), ...input, type: 'object' }, isWrapped: false }
  const { $defs, ...own } = input
  return {
    schema: {
      ...dialectOf(input),
      type: 'object',
      properties: { input: own },
      required: ['input'],
      additionalProperties: false,
      ...($defs !== undefined && { $defs }),
    },
    isWrapped: true,
  }
}

/** Older readers know `$defs` by another name, so who has some says which dialect it speaks. */
const dialectOf = ({ $defs }: JsonSchema): JsonSchema =>
  $defs === undefined ? {} : { $schema: 'https://json-schema.org/draft/2020-12/schema' }

/** The type of a tool's structured content: of a streamed answer all items, and the value at its end. */
export function toolOutput({ output }: Pick<CommandSection, 'output'>): JsonSchema {
  if (!isStreamed(output)) return output
  const { item, final } = output.stream
  const [items, value] = [part(item, 'items'), part(final, 'value')]
  return {
    type: 'object',
    properties: { items: { type: 'array', items: items.own }, value: value.own },
    required: ['items'],
    ...((items.defs || value.defs) && { $defs: { ...items.defs, ...value.defs } }),
  }
}

const isStreamed = (output: CommandSection['output']): output is Extract<typeof output, { stream: unknown }> =>
  typeof (output as { stream?: unknown }).stream === 'object' && !('type' in output) && !('$ref' in output)

/** A type to stand within another one: what refers to its definitions finds them at the root, under names of its own. */
function part(schema: JsonSchema, name: string): { own: Json; defs: Record<string, Json> | undefined } {
  const { $defs, ...own } = schema
  if (typeof $defs !== 'object' || $defs === null) return { own, defs: undefined }
  const moved = (json: Json) =>
    JSON.parse(JSON.stringify(json).replaceAll('"$ref":"#/$defs/', `"$ref":"#/$defs/${name}.`)) as Json
  const defs = Object.fromEntries(Object.entries($defs).map(([key, def]) => [`${name}.${key}`, moved(def as Json)]))
  return { own: moved(own), defs }
}

/** Whether all values of a type are objects. */
function isObject(schema: Json, root: JsonSchema): boolean {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return false
  const { type, anyOf, oneOf, allOf, $ref } = schema as Readonly<Record<string, Json>>
  if (type !== undefined) return type === 'object'
  if (typeof $ref === 'string') {
    const defs = root.$defs as Readonly<Record<string, Json>> | undefined
    const target = defs?.[$ref.slice('#/$defs/'.length)]
    return target !== undefined && !JSON.stringify(target).startsWith('{"$ref"') && isObject(target, root)
  }
  if (Array.isArray(allOf)) return allOf.some((each) => isObject(each, root))
  const ways = anyOf ?? oneOf
  return Array.isArray(ways) && ways.length > 0 && ways.every((way) => isObject(way, root))
}
