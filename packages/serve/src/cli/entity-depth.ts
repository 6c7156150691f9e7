import {
  type AnyFailure,
  type CommandSection,
  type FailureJson,
  type Json,
  type Outcome,
  success,
  toJson,
} from '@heddle/core'
import { usageFailure } from './flag-tokens.ts'
import { alternatives, fieldsOf, type JsonSchema, type Resolve, resolver } from './json-schema.ts'
import type { CallTarget, TargetOptions } from './target.ts'

/** The command that reads records to a depth. */
const loader = 'heddle.LoadRecords'
/** How many records it takes at once. */
const batch = 1000
const deepest = 5

/** A place in an answer that holds a record, or the key of one. */
interface Place {
  readonly entity: string
  readonly key: Json
}

/** What stands where a place was found. */
type Replace = (place: Place, value: Json) => Json

/**
 * Reads `--entity-depth 2`.
 *
 * @throws {Failure} InvalidUsage, also where the command has no records to show or the app no command that reads them
 */
export function depthOf(
  text: string | undefined,
  { output, name }: CommandSection,
  target: CallTarget,
): number | undefined {
  if (text === undefined) return undefined
  const depth = /^\d$/.test(text) ? Number(text) : Number.NaN
  if (!(depth <= deepest)) throw usageFailure(`--entity-depth is a number from 0 to ${deepest}`)
  if ('stream' in output) throw usageFailure('--entity-depth is for one value, and this command streams many')
  if (!JSON.stringify(output).match(/"x-(?:record|entity)"/))
    throw usageFailure(`${name} answers no records, so --entity-depth has no use`)
  if (depth > 0 && !(loader in target.commands))
    throw usageFailure(`--entity-depth wants the command ${loader}; add \`operations\` to the parts of the app`)
  return depth
}

/**
 * Shows the records in an answer to a depth: 0 is their keys, 1 the records with the keys of others, 2 has the others
 * inside of them, and so on. A key that the answer holds by itself is as deep as a record.
 */
export async function showToDepth(
  outcome: Outcome<unknown, AnyFailure | FailureJson>,
  { output }: CommandSection,
  depth: number,
  target: CallTarget,
  options: TargetOptions,
): Promise<Outcome<unknown, AnyFailure | FailureJson>> {
  if (!outcome.ok) return outcome
  const schema = output as JsonSchema
  const value = toJson(outcome.value)
  const resolve = resolver(schema)
  if (depth === 0) return success(replaced(schema, value, resolve, ({ key }) => key))
  const wanted = new Map<string, Set<string | number>>()
  replaced(schema, value, resolve, ({ entity, key }, found) => {
    const isShown = depth === 1 && isFields(found)
    if (isShown || (typeof key !== 'string' && typeof key !== 'number')) return found
    const keys = wanted.get(entity) ?? new Set()
    wanted.set(entity, keys.add(key))
    return found
  })
  const records = new Map<string, Map<Json, Json>>()
  for (const [entity, keys] of wanted) {
    const byKey = new Map<Json, Json>()
    records.set(entity, byKey)
    for (const some of batches([...keys])) {
      const loaded = await target.call(loader, { entity, keys: some, depth }, options)
      if (!loaded.ok) return loaded
      const found = (toJson(loaded.value) as { readonly records: readonly Json[] }).records
      for (const [index, key] of some.entries()) if (found[index] !== null) byKey.set(key, found[index]!)
    }
  }
  return success(replaced(schema, value, resolve, ({ entity, key }, found) => records.get(entity)?.get(key) ?? found))
}

function* batches<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let start = 0; start < items.length; start += batch) yield items.slice(start, start + batch)
}

/** Replaces what is a record, or the key of one; what lies inside of a record is part of it. */
function replaced(schema: JsonSchema, value: Json, resolve: Resolve, replace: Replace): Json {
  const { options } = alternatives(schema, resolve)
  if (value === null) return value
  if (Array.isArray(value)) {
    const items = options.map((option) => option.items).find((type) => typeof type === 'object')
    return items ? value.map((item: Json) => replaced(items, item, resolve, replace)) : value
  }
  if (!isFields(value)) {
    const entity = options.find((option) => option['x-entity'] !== undefined)?.['x-entity']
    return entity === undefined ? value : replace({ entity, key: value }, value)
  }
  const record = options.find((option) => option['x-record'] !== undefined)
  if (record) return replace({ entity: record['x-record']!, key: value[record['x-key']!] ?? null }, value)
  const types = new Map(fieldsOf(schema, resolve).map((field) => [field.name, field.schema]))
  const others = options.map((option) => option.additionalProperties).find((type) => typeof type === 'object')
  const fields = Object.entries(value).map(([name, field]): [string, Json] => {
    const type = types.get(name) ?? others
    return [name, type ? replaced(type, field, resolve, replace) : field]
  })
  return Object.fromEntries(fields)
}

const isFields = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
