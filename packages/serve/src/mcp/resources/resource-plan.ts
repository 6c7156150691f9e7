import type { CommandSection, Json, JsonSchema } from '@heddle/core'
import type { ToolEntry } from '../tool.ts'

/** The query that reads one record of an entity. */
export interface RecordResource {
  readonly entity: string
  readonly entry: ToolEntry
  /** The field of the input that holds the key. */
  readonly field: string
  /** A query that finds records of it without being asked for anything. */
  readonly finder: ToolEntry | undefined
  /** The field of a record that is its key. */
  readonly key: string
}

/** Where the runs of a workflow are looked at. */
export interface RunResource {
  readonly workflow: string
  readonly entry: ToolEntry
}

/** Which of an app's queries are resources, found by their types. */
export interface ResourcePlan {
  readonly queries: ReadonlyMap<string, ToolEntry>
  readonly records: ReadonlyMap<string, RecordResource>
  readonly runs: ReadonlyMap<string, RunResource>
}

/** Looks for what can be read among what is served. */
export function planResources(entries: readonly ToolEntry[]): ResourcePlan {
  const byName = new Map(entries.map((entry) => [entry.section.name, entry]))
  const queries = entries.filter(({ section, isWrapped }) => section.kind === 'query' && !isWrapped)
  const records = new Map<string, RecordResource>()
  for (const entry of queries) {
    const record = recordOf(entry.section)
    if (!record || records.has(record.entity)) continue
    const finder = queries.find((other) => finds(other.section, record.entity))
    records.set(record.entity, { ...record, entry, finder })
  }
  const runs = entries.flatMap(({ section: { name, begins } }) => {
    const entry = begins && byName.get(begins.status)
    return entry ? [[name, { workflow: name, entry }] as const] : []
  })
  return { queries: new Map(queries.map((entry) => [entry.section.name, entry])), records, runs: new Map(runs) }
}

/** A query that wants the key of a record and nothing else, and answers with the record. */
function recordOf({ input, output }: CommandSection): { entity: string; field: string; key: string } | undefined {
  const { 'x-record': entity, 'x-key': key } = output as JsonSchema
  if (typeof entity !== 'string' || typeof key !== 'string') return undefined
  const [field, ...others] = requiredFields(input)
  if (field === undefined || others.length > 0) return undefined
  const wanted = propertiesOf(input)[field] as Readonly<Record<string, Json>> | undefined
  return wanted?.['x-entity'] === entity || field === key ? { entity, field, key } : undefined
}

/** A query that wants nothing, and answers with a list of records, or with an object that has one as `records`. */
function finds({ input, output }: CommandSection, entity: string): boolean {
  if (requiredFields(input).length > 0) return false
  const list = (propertiesOf(output as JsonSchema)['records'] ?? output) as { items?: { 'x-record'?: unknown } }
  return list.items?.['x-record'] === entity
}

/** The fields that an input cannot be without. */
export const requiredFields = ({ required }: JsonSchema): readonly string[] => (required ?? []) as readonly string[]

/** The fields of an object's type. */
export const propertiesOf = ({ properties }: JsonSchema): Readonly<Record<string, Json>> =>
  (properties ?? {}) as Readonly<Record<string, Json>>
