import { withhold } from '@heddle/core'
import { recordSchema } from '../autocrud/record-schema.ts'
import type { AnyEntity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import { plainRecord } from '../repository/load-paths.ts'
import type { Ways } from './ways.ts'

/** Records by the names of their entities, then by their keys: each is there once, and refers to others by keys. */
export type RecordStoreForm = Readonly<Record<string, Readonly<Record<string, AnyRecord>>>>

const schemas = new WeakMap<AnyEntity, ReturnType<typeof recordSchema>>()

function schemaOf(entity: AnyEntity): ReturnType<typeof recordSchema> {
  let schema = schemas.get(entity)
  if (!schema) schemas.set(entity, (schema = recordSchema(entity)))
  return schema
}

/** A loaded record as it may leave the process, with what was loaded along its ways inside of it. */
export function nested(entity: AnyEntity, ways: Ways, record: AnyRecord): AnyRecord {
  const own = withhold(schemaOf(entity), plainRecord(record)) as AnyRecord
  const told: Record<string, unknown> = { ...own }
  for (const [name, value] of loadedIn(entity, ways, record)) {
    const { target } = ways(entity)[name]!
    if (Array.isArray(value)) told[name] = value.map((each: AnyRecord) => nested(target, ways, each))
    else if (value !== undefined) told[name] = nested(target, ways, value as AnyRecord)
  }
  return told
}

/** The same as a flat store: what many records refer to is told once. */
export function flat(entity: AnyEntity, ways: Ways, records: readonly AnyRecord[]): RecordStoreForm {
  const store: Record<string, Record<string, AnyRecord>> = {}
  const visit = (of: AnyEntity, record: AnyRecord) => {
    const plain = plainRecord(record)
    const kept = (store[of.name] ??= {})
    kept[String(plain[of.table.key])] ??= withhold(schemaOf(of), plain) as AnyRecord
    for (const [name, value] of loadedIn(of, ways, record)) {
      const { target } = ways(of)[name]!
      for (const each of [value].flat()) if (each !== undefined) visit(target, each as AnyRecord)
    }
  }
  for (const record of records) visit(entity, record)
  return store
}

/** What was loaded: fields that the plain record lacks, or has as a key. */
function loadedIn(entity: AnyEntity, ways: Ways, record: AnyRecord): [string, unknown][] {
  const plain = plainRecord(record)
  if (plain === record) return []
  return Object.entries(record).filter(([name, value]) => Object.hasOwn(ways(entity), name) && value !== plain[name])
}
