import type { AnyEvent, Schema } from '@heddle/core'
import { z } from 'zod'

/** The type of stored events: what a handler's command takes, and what its dead letters hold. */
export function eventType(events: readonly AnyEvent[]): Schema {
  const types = events.map(({ name, data }) =>
    z.object({
      offset: z.int(),
      id: z.string(),
      tenant: z.string(),
      name: z.literal(name),
      key: z.string(),
      data: data as unknown as z.ZodType,
      at: z.date(),
      principal: z.string().optional(),
      traceId: z.string().optional(),
      number: z.int().optional(),
    }),
  )
  const [first, ...others] = types
  return others.length === 0 ? first! : z.discriminatedUnion('name', [first!, ...others])
}
