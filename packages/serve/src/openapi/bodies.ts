import type { Json, JsonSchema } from '@heddle/core'
import { mediaTypes } from '../http/accept.ts'
import type { Address } from './addresses.ts'
import type { Components, Reference } from './components.ts'
import { type FileField, filesOf } from './files.ts'
import { inputName, queryParameters } from './parameters.ts'

/** The body of a request: the input without what stands in the path, as JSON, or as a form or a file where it holds files. */
export function requestBody(address: Address, input: Reference, components: Components): Json {
  const { command, parameters } = address
  const inPath = new Set(parameters.values())
  const schema =
    inPath.size === 0 ? input : components.within(inputName(command.name), without(command.input, inPath), 'sent')
  const examples = [
    ...command.examples.map((value, index) => [`example${index + 1}`, { value: without(value, inPath) }] as const),
    ...Object.entries(command.errorExamples ?? {}).map(
      ([code, value]) => [code, { summary: `Fails with ${code}`, value: without(value, inPath) }] as const,
    ),
  ]
  const files = filesOf(command.input)
  return {
    required: true,
    content: {
      [mediaTypes.json]: { schema, ...(examples.length > 0 && { examples: Object.fromEntries(examples) as Json }) },
      ...(files.some(({ path }) => path.length > 0) && { 'multipart/form-data': form(address, components, files) }),
      ...(files.length === 1 && !files[0]!.isList && fileItself(files[0]!)),
    },
  }
}

/** A form sends each file as a part of its own, after the other fields; a dot goes into a nested object. */
function form(address: Address, components: Components, files: readonly FileField[]): Json {
  const fields = queryParameters(address, components)
  const schemas = fields.map(({ name, schema, content }) => [name as string, schema ?? jsonIn(content)] as const)
  const binary = files.map(({ path, isList }): [string, Json] => [
    path.join('.'),
    isList ? { type: 'array', items: {} } : {},
  ])
  const required = fields.filter((field) => field.required === true).map(({ name }) => name as string)
  const encoding = files.flatMap(({ path, types }) =>
    types.length > 0 ? [[path.join('.'), { contentType: types.join(', ') }] as const] : [],
  )
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries([...schemas, ...binary]) as Json,
      ...(required.length > 0 && { required }),
    },
    ...(encoding.length > 0 && { encoding: Object.fromEntries(encoding) }),
  }
}

const jsonIn = (content: Json | undefined): Json =>
  (content as Record<string, { schema: Json }> | undefined)?.[mediaTypes.json]?.schema ?? {}

/** The bytes of the file under their own type. A file of JSON goes into a form, since a body of JSON is the input. */
function fileItself({ types }: FileField): Record<string, Json> {
  const others = types.length > 0 ? types.filter((type) => type !== mediaTypes.json) : ['*/*']
  return Object.fromEntries(others.map((type) => [type, { schema: {} }]))
}

/** An object, or the type of one, without some of its fields. A type that is no plain object stays as it is. */
function without(json: Json | JsonSchema, fields: ReadonlySet<string>): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json as Json
  const { $defs: _, properties, required, ...rest } = json as Record<string, Json | undefined>
  const left = (record: object) => Object.fromEntries(Object.entries(record).filter(([name]) => !fields.has(name)))
  if (typeof properties !== 'object' || properties === null) return left(json) as Json
  const needed = ((required ?? []) as string[]).filter((name) => !fields.has(name))
  return { ...rest, properties: left(properties), ...(needed.length > 0 && { required: needed }) } as Json
}
