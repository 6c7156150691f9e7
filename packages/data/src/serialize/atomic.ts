import type { z } from 'zod'
import { recordSchema } from '../autocrud/record-schema.ts'
import type { AnyEntity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import type { RecordsFrom, ManySerializer } from './serializer.ts'

/**
 * Tells a record by itself: its fields, and the keys of the records that it refers to, also where those were loaded.
 *
 * @example expose(findOrder, { as: 'api.FindOrder', access: 'public', result: atomic(Orders) })
 */
export function atomic<Rec>({ entity }: RecordsFrom<Rec>): ManySerializer<Rec, Rec> {
  const type = recordSchema(entity)
  const tell = (record: Rec) => withKeys(entity, record as AnyRecord) as Rec
  return {
    type: type as unknown as z.ZodType<Rec, Rec>,
    uses: [],
    map: tell,
    many: (records) => records.map(tell),
  }
}

/** A record whose references are keys. */
function withKeys({ references }: AnyEntity, record: AnyRecord): AnyRecord {
  const loaded = references.filter(({ field }) => typeof record[field] === 'object' && record[field] !== null)
  if (loaded.length === 0) return record
  const keys = loaded.map(({ field, target }) => [field, (record[field] as AnyRecord)[target.table.key]])
  return { ...record, ...(Object.fromEntries(keys) as AnyRecord) }
}
