import { z } from 'zod'
import { flat, type RecordStoreForm } from '../depth/told-records.ts'
import { chain } from '../unit/chain.ts'
import { loadedWith, tellingOf, type TellingOptions } from './loaded.ts'
import type { RecordsFrom, Serializer } from './serializer.ts'

/**
 * Tells records as a flat store, by the names of their entities and then by their keys: each once, however many refer to it.
 * Sensitive fields are left out.
 *
 * @example expose(findOrders, { as: 'api.FindOrders', access: 'public', result: recordStore(Orders, { depth: 3 }) })
 */
export function recordStore<Rec>(
  from: RecordsFrom<Rec>,
  options: TellingOptions = {},
): Serializer<Rec | readonly Rec[], RecordStoreForm> {
  const telling = tellingOf(from, options)
  return {
    type: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))) as unknown as z.ZodType<
      RecordStoreForm,
      RecordStoreForm
    >,
    uses: [from],
    map: (given, ctx) =>
      chain(loadedWith(from, telling, [given].flat() as Rec[], ctx), (records) =>
        flat(from.entity, telling.ways, records),
      ),
  }
}
