import { Defect, type Maybe, systemFailure } from '@heddle/core'
import type { Write } from '../database/database.ts'
import type { Key, Row } from '../database/table.ts'
import { recordCheck } from '../entity/check-record.ts'
import { assertChecks } from '../entity/checks.ts'
import type { AnyEntity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import { toldKey } from '../entity/told-key.ts'
import { formatCursor, parseCursor } from '../repository/cursor.ts'
import { orderOf } from '../repository/order.ts'
import { findLimit, type FindOptions, type Found } from '../repository/repository.ts'
import { conditionOf } from '../repository/where.ts'
import { chain } from '../unit/chain.ts'
import { notUnique } from '../unit/not-unique.ts'
import type { RecordStore } from './record-store.ts'
import type { Records, TenantRecords } from './records.ts'

/** Records whose types nobody knows. */
type AnyRecords = Records<AnyRecord, Key, object, object>

/** The records of an entity in a store, typed and checked. */
export function tenantRecords(
  entity: AnyEntity,
  store: () => RecordStore,
  newId: () => string,
): TenantRecords<AnyRecord, Key, object, object> {
  const { table, codec, name, checks, keyIndex } = entity
  const check = recordCheck(entity)
  /** What was read or written here, and in which version. */
  const versions = new WeakMap<AnyRecord, number>()

  const known = (row: Row): AnyRecord => {
    const record = codec.decode(row)
    versions.set(record, row[0])
    return record
  }
  const versionOf = (record: AnyRecord): number => {
    const version = versions.get(record)
    if (version !== undefined) return version
    throw new Defect('StaleRecord', { entity: name, key: toldKey(entity, record[table.key]) })
  }
  const stored = (values: object) => {
    const given = values as AnyRecord
    const isMadeUp = given[table.key] === undefined && entity.fieldTypes[keyIndex]!.isUuid
    return encoded(check.whole(isMadeUp ? { ...given, [table.key]: newId() } : given))
  }
  const encoded = (record: AnyRecord) => {
    const key = toldKey(entity, record[table.key])
    assertChecks(name, key, checks, record)
    try {
      return codec.encode(record)
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause
      throw new Defect('InvalidRecord', { entity: name, key, reason: cause.message }, { cause })
    }
  }
  const write = async (tenant: string, wanted: Write): Promise<number> => {
    const written = await store().write(tenant, wanted)
    if (written.kind === 'written') return written.version
    if (written.kind === 'notUnique') throw notUnique(name, written.columns)
    throw systemFailure('Conflict', { attempts: 1 })
  }
  const page = (tenant: string, options: FindOptions<AnyRecord>): Maybe<Found<AnyRecord>> => {
    const { where, orderBy = {}, limit = 100, after } = options
    if (!Number.isInteger(limit) || limit < 1 || limit > findLimit)
      throw systemFailure('LimitReached', { name: 'find.limit', limit: findLimit })
    const order = orderOf(entity, orderBy)
    const query = {
      where: where && conditionOf(entity, where),
      order: order.columns,
      after: after === undefined ? undefined : parseCursor(order, after),
      // One more says whether there is a next page.
      limit: limit + 1,
    }
    return chain(store().find(table, tenant, query), (rows) => {
      const own = rows.slice(0, limit)
      const found = own.map(known)
      if (rows.length <= limit) return { records: found }
      const [, ...last] = own.at(-1)!
      return { records: found, next: formatCursor(order, last) }
    })
  }

  return {
    of(tenant): AnyRecords {
      const getMany = (keys: readonly Key[]) =>
        chain(store().read(table, tenant, keys), (rows) => rows.map((row) => row && known(row)))
      const add = async (kind: 'insert' | 'put', given: object) => {
        const values = stored(given)
        const wanted: Write = kind === 'insert' ? { kind, table, values, absent: false } : { kind, table, values }
        return known([await write(tenant, wanted), ...values])
      }
      return {
        get: (key) => chain(getMany([key]), ([record]) => record),
        getMany,
        insert: (values) => add('insert', values),
        put: (values) => add('put', values),
        async update(record, patch) {
          const version = versionOf(record)
          const key = record[table.key] as Key
          const values = encoded({ ...record, ...check.patch(key, patch) })
          return known([await write(tenant, { kind: 'update', table, key, values, version }), ...values])
        },
        async delete(record) {
          const version = versionOf(record)
          await write(tenant, { kind: 'delete', table, key: record[table.key] as Key, version })
        },
        find: (options = {}) => page(tenant, options),
      }
    },
  }
}
