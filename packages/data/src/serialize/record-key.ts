import { ref } from '@heddle/core'
import type { z } from 'zod'
import type { Key } from '../database/table.ts'
import type { Entity } from '../entity/entity.ts'
import type { RecordsFrom, ManySerializer } from './serializer.ts'

/**
 * Tells the key of a record alone.
 *
 * @example expose(placeOrder, { as: 'shop.Order', access: 'public', result: recordKey(Orders) })
 */
export function recordKey<Rec>({ entity }: RecordsFrom<Rec>): ManySerializer<Rec, Key> {
  const { key } = entity.table
  const of = (record: Rec) => (record as Readonly<Record<string, Key>>)[key]!
  return {
    type: ref(entity as Entity<unknown, unknown, never, never>) as unknown as z.ZodType<Key, Key>,
    uses: [],
    map: of,
    many: (records) => records.map(of),
  }
}
