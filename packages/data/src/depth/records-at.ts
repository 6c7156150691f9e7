import { type Port, type PortScope, systemFailure } from '@heddle/core'
import type { Key } from '../database/table.ts'
import type { AnyEntity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import { depthLimit, loadToDepth } from './load-depth.ts'
import { flat, nested, type RecordStoreForm } from './told-records.ts'
import { type KnowsWays, waysAmong } from './ways.ts'

/** Which records are read, and how far. */
export interface RecordsAt {
  /** The full name of an entity. */
  readonly entity: string
  readonly keys: readonly Key[]
  /** 1 is the record with the keys of others, 2 has the others inside of it, and so on. */
  readonly depth: number
}

/** Reads records of any entity of an app. Sensitive fields are left out. */
export interface RecordReader {
  /** In the order of the keys, with what they refer to and what refers to them inside; null where there is none. */
  nested(at: RecordsAt): Promise<readonly (AnyRecord | null)[]>
  /** Each record once, by entity and key. */
  flat(at: RecordsAt): Promise<RecordStoreForm>
}

/** Makes a reader of all records that an app has. */
export type MakeRecordReader = (entities: Iterable<AnyEntity>, repositories: Iterable<KnowsWays>) => RecordReader

/** The port of all records, for the commands of an operator: it heeds no access but theirs. */
export const AllRecords: Port<MakeRecordReader> = {
  kind: 'port',
  name: 'heddle.AllRecords',
  external: false,
  bind: (scope) => (entities, repositories) => readerIn(scope, entities, repositories),
}

function readerIn(scope: PortScope, entities: Iterable<AnyEntity>, repositories: Iterable<KnowsWays>): RecordReader {
  const byName = new Map([...entities].map((entity) => [entity.name, entity]))
  const ways = waysAmong(repositories)
  const load = async ({ entity: name, keys, depth }: RecordsAt) => {
    const entity = byName.get(name)
    if (!entity) throw systemFailure('NotFound', { entity: 'entity', key: name }, { path: ['entity'] })
    if (depth > depthLimit) throw systemFailure('LimitReached', { name: 'records.depth', limit: depthLimit })
    return { entity, found: await loadToDepth(scope, entity, ways, keys, depth) }
  }
  return {
    async nested(at) {
      const { entity, found } = await load(at)
      return found.map((record) => (record ? nested(entity, ways, record) : null))
    },
    async flat(at) {
      const { entity, found } = await load(at)
      return flat(
        entity,
        ways,
        found.filter((record) => record !== undefined),
      )
    },
  }
}
