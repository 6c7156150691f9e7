import type { CommandSection, Json } from '@heddle/core'
import { usageFailure } from '../flag-tokens.ts'
import { kebab } from '../flags.ts'
import { alternatives, fieldsOf, type JsonSchema, resolver } from '../json-schema.ts'
import { didYouMean, suggest } from '../suggest.ts'

/** Shows the fields that were asked for, of each record. */
export interface Selection {
  /** For programs: the same shape with fewer fields. */
  nested(value: Json): Json
  /** For people: a column for each field, `address.city`, however deep it lies. */
  flat(value: Json): Json
}

type Path = readonly string[]
type Fields = Readonly<Record<string, Json>>

/**
 * Reads `--select name,address.city`. Of a list or a page the fields are those of its records, of a stream those of its
 * items; what stands beside the records of a page stays, unless a field of the page itself is named.
 *
 * @throws {Failure} InvalidUsage, when the output has no such field
 */
export function selectionOf(text: string, output: CommandSection['output']): Selection {
  const isStream = 'stream' in output
  const type = (isStream ? (output.stream as { item: JsonSchema }).item : output) as JsonSchema
  const resolve = resolver(type)
  const wanted = text.split(',').map((path) => path.trim())
  // A record may hold a list too: it is a page for who names no field of its own.
  const isOwn = fieldsOf(type, resolve).some(({ name }) =>
    wanted.some((path) => kebab(path.split('.')[0]!) === kebab(name)),
  )
  const page = isStream || isOwn ? undefined : pageIn(type)
  const root = page === undefined ? type : fieldsOf(type, resolve).find(({ name }) => name === page)!.schema
  const paths = wanted.map((path) => pathIn(root, path, resolve))
  const make = (pick: (record: Json, paths: readonly Path[]) => Json) => (value: Json) =>
    page !== undefined && isFields(value)
      ? { ...value, [page]: each(value[page] ?? [], (record) => pick(record, paths)) }
      : each(value, (record) => pick(record, paths))
  return { nested: make(nested), flat: make(flat) }
}

/** The one field of a type that is a list of records. */
function pageIn(type: JsonSchema): string | undefined {
  const resolve = resolver(type)
  const lists = fieldsOf(type, resolve).filter(({ schema }) => {
    const items = itemsOf(schema, resolve)
    return items !== undefined && fieldsOf(items, resolve).length > 0
  })
  return lists.length === 1 ? lists[0]!.name : undefined
}

function itemsOf(schema: JsonSchema, resolve: ReturnType<typeof resolver>): JsonSchema | undefined {
  const [list] = alternatives(schema, resolve).options.filter(({ type }) => type === 'array')
  return typeof list?.items === 'object' ? list.items : undefined
}

function pathIn(root: JsonSchema, text: string, resolve: ReturnType<typeof resolver>): Path {
  let schema: JsonSchema | undefined = root
  return text.split('.').map((segment) => {
    if (schema === undefined) return segment
    const fields = fieldsOf(itemsOf(schema, resolve) ?? schema, resolve)
    // What a record with free names holds is not known before.
    if (fields.length === 0) return ((schema = undefined), segment)
    const field = fields.find(({ name }) => name === segment || kebab(name) === kebab(segment))
    if (!field) {
      const names = fields.map(({ name }) => name)
      throw usageFailure(
        `--select names "${text}", but the output has no field "${segment}"${didYouMean(suggest(segment, names))}`,
      )
    }
    schema = field.schema
    return field.name
  })
}

const each = (value: Json, change: (record: Json) => Json): Json =>
  Array.isArray(value) ? value.map(change) : change(value)

function nested(record: Json, paths: readonly Path[]): Json {
  if (Array.isArray(record)) return record.map((element: Json) => nested(element, paths))
  if (!isFields(record)) return record
  const groups = Map.groupBy(paths, ([name]) => name!)
  return Object.fromEntries(
    [...groups].flatMap(([name, wanted]) => {
      if (!Object.hasOwn(record, name)) return []
      const deeper = wanted.map((path) => path.slice(1))
      // Whoever asks for a field and for a part of it gets the field.
      return [[name, deeper.some((path) => path.length === 0) ? record[name]! : nested(record[name]!, deeper)]]
    }),
  )
}

const flat = (record: Json, paths: readonly Path[]): Json =>
  isFields(record) ? Object.fromEntries(paths.map((path) => [path.join('.'), valueAt(record, path) ?? null])) : record

function valueAt(value: Json | undefined, [name, ...deeper]: Path): Json | undefined {
  if (name === undefined) return value
  if (Array.isArray(value)) return value.map((element: Json) => valueAt(element, [name, ...deeper]) ?? null)
  return isFields(value) && Object.hasOwn(value, name) ? valueAt(value[name], deeper) : undefined
}

const isFields = (value: Json | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
