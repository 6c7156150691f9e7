import { type Json, masked } from '@heddle/core'
import { flagsOf } from '../cli/flags.ts'
import { fieldsOf, type JsonSchema, resolver } from '../cli/json-schema.ts'
import type { Address } from './addresses.ts'
import type { Components } from './components.ts'
import { filesOf } from './files.ts'
import type { Parameter } from './document.ts'

/** The parameters of the path. */
export function pathParameters({ command, parameters }: Address, components: Components): Parameter[] {
  return [...parameters].map(([name, field]) => ({
    name,
    in: 'path',
    required: true,
    ...(name !== field && { description: `The field \`${field}\`.` }),
    schema: fieldSchema(command.name, command.input as JsonSchema, [field], components),
  }))
}

/**
 * The parameters of the query of a request without a body: a dot goes into a nested object, a list repeats its name, and
 * what has no flat form is JSON.
 */
export function queryParameters({ command, parameters }: Address, components: Components): Parameter[] {
  const input = command.input as JsonSchema
  const inPath = new Set(parameters.values())
  const flags = flagsOf(input).filter(({ path }) => path.length > 1 || !inPath.has(path[0]!))
  if (flags.length === 0 && inPath.size === 0 && takesAnyFields(input)) {
    return [{ name: 'input', in: 'query', style: 'form', explode: true, schema: wholeInput(command.name) }]
  }
  return flags.map(({ path, kind, element, required, summary }): Parameter => {
    const schema = fieldSchema(command.name, input, path, components)
    const example = valueAt(command.examples[0], path)
    const isJson = kind === 'json' || (kind === 'list' && element === 'json')
    return {
      name: path.join('.'),
      in: 'query',
      ...(required && { required }),
      ...(summary !== '' && { description: summary }),
      ...(isJson ? { content: { 'application/json': { schema } } } : { schema }),
      ...(!isJson && example !== undefined && example !== masked && { example }),
    }
  })
}

/** Where the body may be a file itself, the other fields stand in the query; else they are in the body. */
export function besideFile(address: Address, components: Components): Parameter[] {
  const files = filesOf(address.command.input)
  const [file] = files
  if (files.length !== 1 || file!.isList) return []
  return queryParameters(address, components)
    .filter(({ name }) => name !== file!.path.join('.'))
    .map((parameter) => {
      const description = typeof parameter.description === 'string' ? `${parameter.description}. ` : ''
      return { ...parameter, required: false, description: `${description}Where the body is the file itself.` }
    })
}

/** The name of the schema of a command's input. */
export const inputName = (command: string) => `${command}.Input`

const wholeInput = (command: string) => ({ $ref: `#/components/schemas/${inputName(command)}` })

/** Whether an input without fields of its own can hold some all the same, as a record does. */
const takesAnyFields = (input: JsonSchema) => input.type !== 'object' || input.additionalProperties !== false

function fieldSchema(command: string, input: JsonSchema, path: readonly string[], components: Components): Json {
  const resolve = resolver(input)
  let type: JsonSchema = input
  for (const name of path) type = fieldsOf(type, resolve).find((field) => field.name === name)?.schema ?? {}
  // Whoever reads the parameter sends it; `writeOnly` belongs to fields of bodies.
  return components.within(inputName(command), type as Json, 'answered')
}

function valueAt(example: Json | undefined, path: readonly string[]): Json | undefined {
  let value: unknown = example
  for (const name of path) value = (value as Record<string, unknown> | undefined)?.[name]
  return value as Json | undefined
}
