import type { CommandSection } from '@heddle/core'
import { type JsonSchema, resolver } from '../../cli/json-schema.ts'
import { clientWords, declareType } from '../types/declare-type.ts'
import { docComment } from '../types/doc-comment.ts'
import { pascalCase, quoted } from '../types/names.ts'
import { innerTypes } from '../types/inner-types.ts'
import { typeText } from '../types/type-text.ts'
import { outputOf } from './output-of.ts'
import { type Variant, variantOf } from './variant-of.ts'

/** A file inside of an answer is its base64 text. */
export const outputWords = { ...clientWords, file: 'string' }

/** The types of the records and keys that the commands of a domain take and give, each declared once. */
export class RecordTypes {
  /** Their declarations, in the order of their names. */
  readonly texts: readonly string[]
  readonly #domain: string
  /** Names by the type's JSON, so that one shape has one name. */
  readonly #names = new Map<string, string>()
  readonly #taken = new Set<string>()

  constructor(domain: string, commands: readonly CommandSection[]) {
    this.#domain = domain
    const texts = new Map<string, string>()
    for (const command of commands) {
      const { value, item } = outputOf(command)
      for (const schema of [command.input as JsonSchema, value, ...(item ? [item] : [])]) this.#collect(schema, texts)
    }
    this.texts = [...texts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, text]) => text)
  }

  /** What a type is called that is a record or the key of one. */
  readonly nameOf = (schema: JsonSchema): string | undefined =>
    isMarked(schema) ? this.#names.get(identity(schema)) : undefined

  /** What records of an entity are called here: with its domain where that is another one. */
  readonly entityName = (entity: string): string =>
    pascalCase(entity.startsWith(`${this.#domain}.`) ? entity.slice(this.#domain.length + 1) : entity)

  /** The type of a record's key. */
  keyOf(record: JsonSchema): string {
    return this.nameOf(withNamedKey(record).properties![record['x-key']!]!)!
  }

  #collect(schema: JsonSchema, texts: Map<string, string>): void {
    const isRecord = schema['x-record'] !== undefined
    // Inner ones first: what is declared later refers to them.
    for (const inner of innerTypes(isRecord ? withNamedKey(schema) : schema)) this.#collect(inner, texts)
    // What refers to a type of its command means something else in another command.
    if (!isMarked(schema) || this.nameOf(schema) !== undefined || identity(schema).includes('"$ref"')) return
    const name = this.#free(schema)
    this.#names.set(identity(schema), name)
    texts.set(name, isRecord ? this.#recordText(name, schema) : keyText(name, schema))
  }

  #free(schema: JsonSchema): string {
    const entity = schema['x-record'] ?? schema['x-entity']!
    const variant = schema['x-record'] === undefined ? 'Unloaded' : variantOf(schema, resolver(schema))
    const wanted = this.entityName(entity) + variant
    let name = wanted
    for (let count = 2; this.#taken.has(name); count++) name = wanted + count
    this.#taken.add(name)
    return name
  }

  #recordText(name: string, record: JsonSchema): string {
    const variant = variantOf(record, resolver(record))
    const doc = `${record['x-record']!}, ${meanings[variant]}`
    const schema = withNamedKey(record)
    const own = identity(schema)
    // Its own name stands in front of what it is.
    const nameOf = (part: JsonSchema) => (isMarked(part) && identity(part) === own ? undefined : this.nameOf(part))
    return declareType({ name, doc, schema, side: 'output', words: outputWords, nameOf })
  }
}

const meanings: Readonly<Record<Variant, string>> = {
  Loaded: 'loaded: other records stand in it by their keys, or loaded too.',
  Atom: 'by itself: other records stand in it by their keys.',
  Aggregate: 'with other records inside of it.',
}

const isMarked = (schema: JsonSchema) => schema['x-record'] !== undefined || schema['x-entity'] !== undefined

/** One text for the types that are written alike: what bounds a key says nothing in TypeScript. */
function identity(schema: JsonSchema): string {
  if (schema['x-record'] !== undefined) return JSON.stringify(schema)
  return `${schema['x-entity']!} ${schema.format ?? ''} ${JSON.stringify(schema.type ?? schema.anyOf ?? schema.$ref)}`
}

/** A record whose own key says whose key it is. */
function withNamedKey(record: JsonSchema): JsonSchema {
  const { 'x-record': entity, 'x-key': key = '', properties = {} } = record
  const own = properties[key]
  if (own === undefined || entity === undefined) return record
  return { ...record, properties: { ...properties, [key]: { ...own, 'x-entity': entity } } }
}

function keyText(name: string, schema: JsonSchema): string {
  const { 'x-entity': entity, ...key } = schema
  const text = typeText(key, { side: 'output', words: clientWords, nameOf: () => 'unknown', resolve: resolver(key) })
  const doc = docComment(`${entity!}, not loaded: its key.`)
  return `${doc}export type ${name} = Unloaded<${quoted(entity!)}, ${text}>\n`
}
