import { z } from 'zod'
import { addressConfig } from '../address.ts'

/** How the changes of tables are read. */
export const changesConfig = z
  .strictObject({
    url: addressConfig,
    /** `orders` or `sales.orders`. */
    tables: z.array(z.string().min(1)).min(1),
    /**
     * `events`: what happened, with the row before and after. `changes`: the rows of one table, with the weight +1 where a row
     * is there and −1 where one that was told is no longer.
     */
    as: z.enum(['events', 'changes']).default('events'),
    /** Whether the rows that are there already are given first. */
    copy: z.boolean().default(true),
    /** The replication slot. By default it is named by job and source. */
    slot: z
      .string()
      .regex(/^[a-z0-9_]{1,63}$/, 'A slot is named by up to 63 of a-z, 0-9 and _')
      .optional(),
    /** A publication that somebody else has made, and keeps. By default one is made under the name of the slot. */
    publication: z.string().min(1).optional(),
    /** Rows that are copied at a time, at most (limit `postgres.copy`). */
    copyRows: z.int().positive().default(1000),
    /** Bytes that wait to be read before the server has to wait (limit `postgres.changes`). */
    queueBytes: z
      .int()
      .positive()
      .default(8 * 1024 * 1024),
  })
  .refine(({ as, tables }) => as === 'events' || tables.length === 1, {
    path: ['tables'],
    message: 'With as: changes it is one table, because a row does not say of which it is',
  })

export type ChangesConfig = z.infer<typeof changesConfig>
