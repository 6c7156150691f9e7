import type { Json, JsonSchema } from '@heddle/core'
import { mediaTypes } from '../http/accept.ts'
import type { Address } from './addresses.ts'
import type { Components, Reference } from './components.ts'
import { inputName } from './parameters.ts'

type Fields = Readonly<Record<string, JsonSchema>>

/** The body of a request: the input without what stands in the path, as JSON, as a form where it holds files. */
export function requestBody(address: Address, input: Reference, components: Components): Json {
  const { command, parameters } = address
  const inPath = new Set(parameters.values())
  const schema =
    inPath.size === 0 ? input : components.within(inputName(command.name), without(command.input, inPath), 'sent')
  const examples = command.examples.map((value, index) => [`example${index + 1}`, { value: without(value, inPath) }])
  const files = filesOf(command.input)
  return {
    required: true,
    content: {
      [mediaTypes.json]: { schema, ...(examples.length > 0 && { examples: Object.fromEntries(examples) as Json }) },
      ...(files.length === 1 && { 'multipart/form-data': form(address, components, files) }),
    },
  }
}

/** A form sends the file as a part of its own, after the other fields. Of two files, both are base64 in JSON. */
function form({ command }: Address, components: Components, files: readonly [string, JsonSchema][]): Json {
  const { properties, ...rest } = components.within(inputName(command.name), withoutDefs(command.input), 'sent') as {
    properties: Record<string, Json>
  }
  const binary = Object.fromEntries(files.map(([name]) => [name, {}]))
  const encoding = files.flatMap(([name, file]) => {
    const { types } = file['x-file'] as { types?: readonly string[] }
    return types ? [[name, { contentType: types.join(', ') }] as const] : []
  })
  return {
    schema: { ...rest, properties: { ...properties, ...binary } },
    ...(encoding.length > 0 && { encoding: Object.fromEntries(encoding) }),
  }
}

/** The files among the fields of an input. */
function filesOf({ properties }: JsonSchema): [string, JsonSchema][] {
  return Object.entries((properties ?? {}) as Fields).filter(([, field]) => field['x-file'] !== undefined)
}

const withoutDefs = (schema: JsonSchema): Json => ({ ...schema, $defs: undefined }) as Json

/** An object, or the type of one, without some of its fields. A type that is no plain object stays as it is. */
function without(json: Json | JsonSchema, fields: ReadonlySet<string>): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json as Json
  const { $defs: _, properties, required, ...rest } = json as Record<string, Json | undefined>
  const left = (record: object) => Object.fromEntries(Object.entries(record).filter(([name]) => !fields.has(name)))
  if (typeof properties !== 'object' || properties === null) return left(json) as Json
  const needed = ((required ?? []) as string[]).filter((name) => !fields.has(name))
  return { ...rest, properties: left(properties), ...(needed.length > 0 && { required: needed }) } as Json
}
