import { z } from 'zod'

const fields = {
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(100),
  qty: z.int().min(1).max(1000),
  price: z.number().min(0),
  active: z.boolean(),
}

/** The input type; ours and the Zod peers share it. */
export const order = z.object(fields)
/** The same with formats. */
export const formattedOrder = z.object({ ...fields, uuid: z.uuid(), email: z.email(), at: z.iso.datetime() })
/** The output type. */
export const total = z.object({ total: z.number() })
