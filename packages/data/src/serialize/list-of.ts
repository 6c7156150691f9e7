import { z } from 'zod'
import type { ManySerializer, Serializer } from './serializer.ts'

/**
 * Tells each record of a list.
 *
 * @example expose(findOrders, { as: 'api.FindOrders', access: 'public', result: listOf(recordKey(Orders)) })
 */
export const listOf = <Given, Told>({
  type,
  uses,
  many,
}: ManySerializer<Given, Told>): Serializer<readonly Given[], readonly Told[]> => ({
  type: z.array(type) as unknown as z.ZodType<readonly Told[], readonly Told[]>,
  uses,
  map: many,
})
