import { sensitive } from '@heddle/core'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'

const fields = {
  id: z.string(),
  at: z.date(),
  durationMs: z.number(),
  command: z.string(),
  principal: z.string().optional(),
  surface: z.string(),
  traceId: z.string(),
  code: z.string().optional(),
  key: z.string().optional(),
  input: z.unknown(),
}
const indexes = [
  { fields: ['command', 'id'] },
  { fields: ['principal', 'id'] },
  { fields: ['code', 'id'] },
  { fields: ['at'], acrossTenants: true },
] as const

/** A call in history, without what is secret in its input. */
export const CallRecord = entity('heddle.Call', { key: 'id', fields, indexes: [...indexes] })

/** The same with the whole input, where something is masked in it and there were keys to encrypt it with. */
export const WholeCallRecord = entity('heddle.Call', {
  key: 'id',
  fields: { ...fields, secret: sensitive(z.unknown(), { encrypt: true }).optional() },
  indexes: [...indexes],
})
