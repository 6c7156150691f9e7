import type { z } from 'zod'
import type { AnyEntity } from '../entity/entity.ts'
import type { Stored } from '../entity/types.ts'
import { recordSchema } from './record-schema.ts'

/**
 * The type of an entity's record, for the output of a command: surfaces then know that it is one, and the command line
 * shows it to any `--entity-depth`.
 *
 * @example output: z.object({ order: recordOf(Order) })
 */
export const recordOf = <Rec>(
  entity: AnyEntity & Stored<Rec, never, never, unknown, string, string>,
): z.ZodType<Rec, Rec> =>
  // The schema is made at run time, from the same definition from which the type is made.
  recordSchema(entity) as unknown as z.ZodType<Rec, Rec>
