import { Defect, type Maybe, systemFailure } from '@heddle/core'
import type { Key } from '../database/table.ts'
import type { AnyEntity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import type { Condition } from '../filter/condition.ts'
import { chain } from '../unit/chain.ts'
import type { DataUnit } from '../unit/data-unit.ts'
import type { Path, Paths } from './associations.ts'

/** How many records one level of a path loads at most (limit `find.related`). */
export const relatedLimit = 200_000

/** Which paths to load, at run time. */
export type AnyWith = { readonly [name: string]: true | AnyWith | undefined }

const plainRecords = new WeakMap<AnyRecord, AnyRecord>()

/** The record as the unit of work knows it, without what was loaded along paths. */
export const plainRecord = (record: AnyRecord): AnyRecord => plainRecords.get(record) ?? record

/**
 * Loads what lies behind records along paths: the keys of a level are collected, and one statement finds all that they
 * lead to, however many there are.
 */
export function loadPaths(
  unit: DataUnit,
  entity: AnyEntity,
  paths: Paths,
  records: readonly AnyRecord[],
  wanted: AnyWith,
): Maybe<readonly AnyRecord[]> {
  let loaded: Maybe<readonly AnyRecord[]> = records
  for (const [name, further] of Object.entries(wanted)) {
    if (further === undefined) continue
    const path = Object.hasOwn(paths, name) ? paths[name] : undefined
    if (!path) throw unknownPath(entity, name)
    loaded = chain(loaded, (before) =>
      chain(loadPath(unit, entity, path, before, further === true ? {} : further), (valueOf) =>
        before.map((record) => withValue(record, name, valueOf(record))),
      ),
    )
  }
  return loaded
}

type ValueOf = (record: AnyRecord) => unknown

function loadPath(
  unit: DataUnit,
  entity: AnyEntity,
  { kind, target, field, through, paths }: Path,
  records: readonly AnyRecord[],
  further: AnyWith,
): Maybe<ValueOf> {
  const own = kind === 'one' ? field : entity.table.key
  const keys = keysIn(records, own)
  const onward = (found: readonly AnyRecord[]) => loadPaths(unit, target, paths(), found, further)
  if (through) {
    return chain(findAmong(unit, through.entity, field, keys), (joins) =>
      chain(chain(findAmong(unit, target, target.table.key, keysIn(joins, through.to)), onward), (found) => {
        const byKey = new Map(found.map((record) => [record[target.table.key], [record]]))
        const groups = Map.groupBy(joins, (join) => join[field])
        const joined = (join: AnyRecord): readonly AnyRecord[] => byKey.get(join[through.to]) ?? none
        return (record) => frozen((groups.get(record[own]) ?? []).flatMap(joined))
      }),
    )
  }
  if (kind === 'one') {
    // Whoever refers to a record that was deleted softly still refers to it.
    return chain(chain(findAmong(unit, target, target.table.key, keys, true), onward), (found) => {
      const byKey = new Map(found.map((record) => [record[target.table.key], record]))
      return (record) => byKey.get(record[own])
    })
  }
  return chain(chain(findAmong(unit, target, field, keys), onward), (found) => {
    const groups = Map.groupBy(found, (record) => record[field])
    return (record) => (kind === 'first' ? groups.get(record[own])?.[0] : frozen(groups.get(record[own]) ?? []))
  })
}

const none: readonly never[] = []
const frozen = (records: readonly AnyRecord[]) => Object.freeze(records)

function keysIn(records: readonly AnyRecord[], field: string): Key[] {
  const keys = new Set<Key>()
  for (const record of records) {
    const value = record[field] as Key | undefined | null
    if (value !== undefined && value !== null) keys.add(value)
  }
  return [...keys]
}

/** One statement: the records that have one of the keys in a column, in the order of that column and of their own keys. */
function findAmong(
  unit: DataUnit,
  entity: AnyEntity,
  column: string,
  keys: readonly Key[],
  withDeleted = false,
): Maybe<readonly AnyRecord[]> {
  if (keys.length === 0) return []
  const { key } = entity.table
  const among: Condition =
    keys.length === 1 ? { kind: 'compare', column, by: 'eq', value: keys[0]! } : { kind: 'in', column, values: keys }
  const where: Condition =
    entity.switches.softDelete && !withDeleted
      ? { kind: 'and', conditions: [among, { kind: 'missing', column: 'deletedAt' }] }
      : among
  const order = (column === key ? [key] : [column, key]).map((name) => ({ column: name, descending: false }))
  return chain(unit.find(entity, { where, order, after: undefined, limit: relatedLimit }), ({ records, more }) => {
    if (more) throw systemFailure('LimitReached', { name: 'find.related', limit: relatedLimit })
    return records
  })
}

function withValue(record: AnyRecord, name: string, value: unknown): AnyRecord {
  const wider = Object.freeze({ ...record, [name]: value })
  plainRecords.set(wider, plainRecord(record))
  return wider
}

/** There is no such way. */
export const unknownPath = (entity: AnyEntity, name: string) =>
  new Defect('InvalidDefinition', {
    name: `a path from ${entity.name}`,
    reason: `there is no way "${name}"; declare it with the repository: repository(…, { ${name}: hasMany(…) })`,
  })
