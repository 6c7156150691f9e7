import type { Json } from '@heddle/core'
import { alternatives, type JsonSchema, type Resolve } from '../../cli/json-schema.ts'
import { containerOf } from './containers.ts'
import { docComment } from './doc-comment.ts'
import { type Form, formOf, hasMixedTexts } from './forms.ts'
import { fieldName, quoted } from './names.ts'

/** How types are written. */
export interface TypeTextOptions {
  /** Whether values are sent or come back: what comes back has no `undefined`, and texts that cannot be told apart. */
  readonly side: 'input' | 'output'
  /** What stands for each form of text. */
  readonly words: Readonly<Record<Form, string>>
  /** Whether lists that stand for sets and maps are written as these. @default false: as the lists that they are in JSON */
  readonly hasContainers?: boolean
  /** The name of the type behind a reference, e.g. of `#/$defs/Tree`. */
  nameOf(ref: string): string
  readonly resolve: Resolve
  /** What a type is called that is declared by itself; undefined for one that is written out. */
  named?(schema: JsonSchema): string | undefined
}

/** The longest type that is written in one line. */
const widest = 100

/**
 * A type of TypeScript for a JSON Schema as manifests hold them, as flat as can be: no conditional or mapped types, which
 * cost the compiler of a large client most.
 */
export function typeText(schema: JsonSchema | boolean, options: TypeTextOptions, indent = ''): string {
  if (schema === true) return 'unknown'
  if (schema === false) return 'never'
  if (schema.$ref !== undefined) return options.nameOf(schema.$ref)
  const named = options.named?.(schema)
  if (named !== undefined) return named
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum) return union(schema.enum.map(literal))
  const members = schema.anyOf ?? schema.oneOf
  if (members) return unionText(schema, members, options, indent)
  if (schema.allOf) return intersectionText(schema.allOf, options, indent)
  if (typeof schema.type !== 'string' && schema.type !== undefined)
    return union(schema.type.map((type) => typeText({ ...schema, type }, options, indent)))
  return kindText(schema, options, indent)
}

function kindText(schema: JsonSchema, options: TypeTextOptions, indent: string): string {
  const form = formOf(schema)
  if (form) return options.words[form]
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'number':
    case 'null':
      return schema.type
    case 'integer':
      return 'number'
    case 'array':
      return listText(schema, options, indent)
    case 'object':
      return objectText(schema, options, indent)
    default:
      if (schema.properties) return objectText(schema, options, indent)
      return schema.not === undefined ? 'unknown' : 'never'
  }
}

const literal = (value: Json): string => (typeof value === 'string' ? quoted(value) : JSON.stringify(value))

/** Members that stand in others are left out. */
function union(texts: readonly string[]): string {
  const members = [...new Set(texts)].filter((text) => text !== 'never')
  if (members.includes('unknown')) return 'unknown'
  const kinds = new Set(members)
  const needed = members.filter((text) => !(text.startsWith("'") && kinds.has('string')))
  return needed.length === 0 ? 'never' : needed.join(' | ')
}

function unionText(schema: JsonSchema, members: readonly JsonSchema[], options: TypeTextOptions, indent: string) {
  if (options.side === 'input' || !hasMixedTexts(schema, options.resolve))
    return union(members.map((member) => typeText(member, options, indent)))
  const words = { ...options.words, date: 'string', bigint: 'string', decimal: 'string' }
  // Keys stay text as well, whatever they are called elsewhere.
  const asText: TypeTextOptions = { ...options, words, named: () => undefined }
  return union(members.map((member) => typeText(member, asText, indent)))
}

const intersectionText = (members: readonly JsonSchema[], options: TypeTextOptions, indent: string) =>
  [...new Set(members.map((member) => within(typeText(member, options, indent))))].join(' & ')

/** A type where only one without `|` may stand. */
const within = (text: string) => (/ [|&] /.test(text) ? `(${text})` : text)

/** A type where `[]` or `?` follows. */
const element = (text: string) => (text.startsWith('readonly ') ? `(${text})` : within(text))

function listText(schema: JsonSchema, options: TypeTextOptions, indent: string): string {
  const { prefixItems, items, minItems } = schema
  const container = options.hasContainers ? containerOf(schema) : undefined
  if (container === 'map') {
    const pair = (items as JsonSchema).prefixItems!.map((part) => typeText(part, options, indent))
    return `ReadonlyMap<${pair.join(', ')}>`
  }
  const rest = items === undefined ? 'unknown' : typeText(items, options, indent)
  if (container === 'set') return `ReadonlySet<${rest}>`
  if (!prefixItems) return `readonly ${element(rest)}[]`
  const parts = prefixItems.map((item, index) => {
    const text = typeText(item, options, indent)
    return minItems !== undefined && index >= minItems ? `${element(text)}?` : text
  })
  if (rest !== 'never' && items !== undefined) parts.push(`...${element(rest)}[]`)
  return `readonly [${parts.join(', ')}]`
}

/** One field of an object, as it is written. */
interface FieldText {
  readonly text: string
  readonly type: string
  readonly doc: string
}

function objectText(schema: JsonSchema, options: TypeTextOptions, indent: string): string {
  const inner = `${indent}  `
  const fields = fieldTexts(schema, options, inner)
  if (fields.length === 0) return emptyText(schema)
  const line = `{ ${fields.map(({ text }) => text).join('; ')} }`
  const isShort = indent.length + line.length <= widest && !line.includes('\n') && fields.every(({ doc }) => doc === '')
  return isShort ? line : `{\n${linesOf(fields, inner)}${indent}}`
}

const emptyText = ({ additionalProperties }: JsonSchema) =>
  additionalProperties === false ? 'Readonly<Record<string, never>>' : 'Readonly<Record<string, unknown>>'

const linesOf = (fields: readonly FieldText[], indent: string) =>
  fields.map(({ text, doc }) => `${doc}${indent}${text}\n`).join('')

/** The body of an interface; undefined where the type is no object with fields of its own. */
export function interfaceBody(schema: JsonSchema, options: TypeTextOptions): string | undefined {
  if (schema.type !== 'object' || schema.anyOf || schema.oneOf || schema.allOf || schema.$ref !== undefined) return
  const fields = fieldTexts(schema, options, '  ')
  return fields.length === 0 ? undefined : `{\n${linesOf(fields, '  ')}}`
}

function fieldTexts(schema: JsonSchema, options: TypeTextOptions, indent: string): FieldText[] {
  const { properties = {}, required = [], additionalProperties: others } = schema
  const field = (name: string, type: JsonSchema, isNeeded: boolean): FieldText => {
    const text = typeText(type, options, indent)
    const whole = !isNeeded && options.side === 'input' ? union([text, 'undefined']) : text
    return {
      text: `readonly ${fieldName(name)}${isNeeded ? '' : '?'}: ${whole}`,
      type: isNeeded ? text : union([text, 'undefined']),
      doc: docComment(options.resolve(type).description, indent),
    }
  }
  const fields = Object.entries(properties).map(([name, type]) => field(name, type, required.includes(name)))
  if (others === undefined || others === false) return fields
  const keys = listedKeys(schema, options.resolve)
  if (keys && typeof others === 'object') {
    const more = new Set(keys.filter((name) => !Object.hasOwn(properties, name)))
    return [...fields, ...[...more].map((name) => field(name, others, required.includes(name)))]
  }
  // Where a field has another type than the rest, the rest must be told to be of that type too.
  const type = union([typeText(others, options, indent), ...fields.map((each) => each.type)])
  return [...fields, { text: `readonly [field: string]: ${type}`, type, doc: '' }]
}

/** The keys of a record that lists them. */
function listedKeys({ propertyNames }: JsonSchema, resolve: Resolve): readonly string[] | undefined {
  if (!propertyNames) return undefined
  const { options } = alternatives(propertyNames, resolve)
  const listed = options.map((option): readonly unknown[] => option.enum ?? [option.const]).flat()
  return listed.length > 0 && listed.every((key) => typeof key === 'string') ? listed : undefined
}
