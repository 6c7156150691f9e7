import type { z } from 'zod'
import { recordSchema } from '../autocrud/record-schema.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import { chain } from '../unit/chain.ts'
import { loadedWith, tellingOf, type TellingOptions } from './loaded.ts'
import type { RecordsFrom, ManySerializer } from './serializer.ts'

/** A record with others inside of it: of what was loaded nothing more is known to the type checker. */
export type Aggregate<Rec> = Rec & Readonly<Record<string, unknown>>

/**
 * Tells a record with those that it refers to and that refer to it inside of it, loaded where they were not.
 *
 * @example expose(findOrder, { as: 'api.FindWholeOrder', access: 'public', result: aggregate(Orders, { depth: 2 }) })
 */
export function aggregate<Rec>(
  from: RecordsFrom<Rec>,
  options: TellingOptions = {},
): ManySerializer<Rec, Aggregate<Rec>> {
  const { entity } = from
  const telling = tellingOf(from, options)
  const schema = recordSchema(entity, { asked: telling.wanted, paths: telling.ways(entity) })
  // Of what it loaded the type says that it may be there; those who write clients are told that it is.
  const type = schema.meta({ 'x-variant': 'aggregate' })
  return {
    type: type as unknown as z.ZodType<Aggregate<Rec>, Aggregate<Rec>>,
    uses: [from],
    map: (record, ctx) => chain(loadedWith(from, telling, [record], ctx), ([loaded]) => loaded as Aggregate<Rec>),
    many: (records, ctx) =>
      chain(loadedWith(from, telling, records, ctx), (loaded: readonly AnyRecord[]) => loaded as Aggregate<Rec>[]),
  }
}
