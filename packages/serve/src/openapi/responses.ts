import { type Category, type CommandSection, type Json, type JsonSchema, parseErrorKey } from '@heddle/core'
import { mediaTypes } from '../http/accept.ts'
import { statusOf } from '../http/status.ts'
import type { Address } from './addresses.ts'
import type { Components } from './components.ts'
import { type FileField, filesOf } from './files.ts'
import { deprecationHeaders, headers, limitHeaders } from './headers.ts'
import type { Serving } from './serving.ts'

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` })

/** What surfaces answer before a call is made. */
const ownCodes: Readonly<
  Record<'any' | 'body' | 'signIn' | 'tenants' | 'limits', readonly (readonly [string, Category])[]>
> = {
  any: [
    ['MalformedInput', 'data'],
    ['NotAcceptable', 'data'],
  ],
  body: [
    ['TooLarge', 'data'],
    ['UnsupportedMediaType', 'data'],
  ],
  signIn: [['InvalidCredentials', 'auth']],
  tenants: [['TenantDenied', 'auth']],
  limits: [['RateLimited', 'runtime']],
}

/** The answers of an operation: the value, and for each status of a client's mistake the codes that come with it. */
export function responses(
  address: Address,
  hasBody: boolean,
  serving: Serving,
  components: Components,
): Record<string, Json> {
  const { command, method } = address
  const problems = [...codesByStatus(command, hasBody, serving)].sort(([a], [b]) => a - b)
  return {
    ...succeeded(address, serving, components),
    ...(method === 'GET' && !('stream' in command.output) && { 304: { description: 'The same as before.' } }),
    ...Object.fromEntries(
      problems.map(([status, codes]) => {
        const told = { ...headersOf(status), ...limitHeaders(serving), ...deprecationHeaders(command) }
        return [status, withHeaders(problem(command, [...codes].sort(), components), told)]
      }),
    ),
    default: { $ref: '#/components/responses/Problem' },
  }
}

/** What comes with a status whatever the command. */
function headersOf(status: number): Record<string, Json> {
  if (status === 401) return headers('Challenge')
  return status === 429 ? headers('RetryAfter') : {}
}

const withHeaders = (answer: Json, told: Record<string, Json>): Json =>
  Object.keys(told).length === 0
    ? answer
    : { ...(answer as object), headers: { ...(answer as { headers?: object }).headers, ...told } }

function succeeded(
  { command, method, later }: Address,
  serving: Serving,
  components: Components,
): Record<string, Json> {
  const hasTag = method === 'GET' && !('stream' in command.output)
  const told = { ...(hasTag && headers('EntityTag')), ...limitHeaders(serving), ...deprecationHeaders(command) }
  const answers = Object.entries({ ...valueOf(command, components), ...(later && accepted(later, components)) })
  return Object.fromEntries(answers.map(([status, answer]) => [status, withHeaders(answer, told)]))
}

function valueOf(command: CommandSection, components: Components): Record<string, Json> {
  const { name, output } = command
  if ('stream' in output) {
    const { item, final } = output.stream as { item: JsonSchema; final: JsonSchema }
    return { 200: streamed(name, item, final, components) }
  }
  const file = output['x-file'] as { types?: readonly string[] } | undefined
  if (file) return { 200: { description: 'The file.', content: types(file.types ?? ['*/*'], {}) } }
  const schema = components.put(`${name}.Output`, output as JsonSchema, 'answered')
  const files = filesOf(output)
  const form = files.length > 0 && types(['multipart/form-data'], formOf(schema, files))
  const value = { description: 'The value.', content: { ...types([mediaTypes.json], schema), ...form } }
  if (command.begins) return begun(command.begins.awaits, schema)
  return output.type === 'null' ? { 200: value, 204: { description: 'Done; there is no value.' } } : { 200: value }
}

/** For who takes a form: the value, with what is known of each file, and then the files; those of a list by their indexes. */
const formOf = (schema: Json, files: readonly FileField[]): Json => ({
  type: 'object',
  properties: {
    value: schema,
    ...Object.fromEntries(files.map(({ path, isList }) => [[...path, ...(isList ? ['0'] : [])].join('.'), {}])),
  },
})

/** What is answered to who prefers that a command is called as a job. */
const accepted = (later: CommandSection, components: Components): Record<string, Json> => ({
  202: {
    description: `It is called as a job, for who preferred \`respond-async\`: what \`${later.name}\` gives.`,
    headers: headers('Location'),
    content: types([mediaTypes.json], components.put(`${later.name}.Output`, later.output as JsonSchema, 'answered')),
  },
})

/** What is begun goes on; who prefers to wait gets what the command that awaits it gives. */
const begun = (awaits: string, schema: Json): Record<string, Json> => ({
  200: { description: `What \`${awaits}\` gives, for who preferred to wait.`, content: types([mediaTypes.json], {}) },
  202: {
    description: 'It goes on, and `Location` tells where it stands.',
    headers: headers('Location'),
    content: types([mediaTypes.json], schema),
  },
})

/** The schema is that of one line. */
function streamed(name: string, item: JsonSchema, final: JsonSchema, components: Components): Json {
  const one = (field: string, schema: Json) => ({
    type: 'object',
    properties: { [field]: schema },
    required: [field],
    additionalProperties: false,
  })
  const line = components.put(
    `${name}.Line`,
    {
      oneOf: [
        one('item', components.put(`${name}.Item`, item, 'answered')),
        one('progress', reference('Progress')),
        one('value', components.put(`${name}.Output`, final, 'answered')),
        one('errors', { type: 'array', items: reference('Error') }),
      ],
    },
    'answered',
  )
  return {
    description: 'Items and progress as they come, then the value or the errors.',
    content: { ...types([mediaTypes.lines], line), ...types([mediaTypes.events], { type: 'string' }) },
  }
}

const types = (names: readonly string[], schema: Json) => Object.fromEntries(names.map((name) => [name, { schema }]))

function codesByStatus(command: CommandSection, hasBody: boolean, serving: Serving): Map<number, Set<string>> {
  const found = new Map<number, Set<string>>()
  const add = (code: string, category: Category) => {
    const status = statusOf({ code, category })
    // What is the server's fault can come with any operation: that is the default answer.
    if (status < 500) found.set(status, (found.get(status) ?? new Set()).add(code))
  }
  const own = [
    ...ownCodes.any,
    ...(hasBody ? ownCodes.body : []),
    ...(serving.schemes.length > 0 ? ownCodes.signIn : []),
    ...(serving.hasTenants ? ownCodes.tenants : []),
    ...(serving.limits.length > 0 ? ownCodes.limits : []),
  ]
  for (const [code, category] of own) add(code, category)
  for (const key of command.possibleErrors) {
    const error = parseErrorKey(key)
    if (error) add(error.code, error.category)
  }
  return found
}

/** Problem details; an error that the command declares has the type of its data. */
function problem({ name, errors }: CommandSection, codes: readonly string[], components: Components): Json {
  const declared = codes.filter((code) => Object.hasOwn(errors, code))
  const known = declared.map((code) => {
    const { data, message, help } = errors[code]!
    const typed = {
      properties: { code: { const: code }, data: components.put(`${name}.${code}.Data`, data, 'answered') },
    }
    const description = help === undefined ? message : `${message} ${help}`
    return components.put(`${name}.${code}`, { description, allOf: [reference('Error'), typed] }, 'answered')
  })
  const items = { anyOf: [...known, reference('Error')] }
  const schema: Json =
    known.length === 0 ? reference('Problem') : { allOf: [reference('Problem'), { properties: { errors: { items } } }] }
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    content: types(['application/problem+json'], schema),
  }
}
