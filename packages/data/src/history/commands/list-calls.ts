import { command } from '@heddle/core'
import { z } from 'zod'
import type { RecordOf } from '../../entity/entity.ts'
import type { CallRecord } from '../call-record.ts'
import { callType } from '../call-type.ts'
import { Calls } from '../calls.ts'

type Call = RecordOf<typeof CallRecord>

/** Lists the calls that history keeps, the newest first. */
export const listCalls = command('heddle.ListCalls', {
  kind: 'query',
  summary: 'List the calls that history keeps, the newest first',
  input: z.object({
    command: z.string().optional().describe('Only of this command'),
    principal: z.string().optional().describe('Only of this caller'),
    code: z.string().optional().describe('Only those that ended with this code'),
    since: z.date().optional(),
    until: z.date().optional(),
    after: z.string().optional().describe('`next` of the page before'),
    limit: z.int().min(1).max(1000).default(100),
  }),
  output: z.object({ calls: z.array(callType), next: z.string().optional() }),
  access: 'heddle:operate',
  uses: [Calls],
  async run({ input: { command: name, principal, code, since, until, after, limit }, ctx }) {
    const where = {
      command: { eq: name },
      principal: { eq: principal },
      code: { eq: code },
      at: { gte: since, lt: until },
    }
    const { records, next } = await ctx.use(Calls).find({ where, orderBy: { id: 'desc' }, after, limit })
    return { calls: records.map(listed), next }
  },
})

/** A call without its input. */
const listed = ({ id, at, command: name, principal, surface, durationMs, traceId, code, key }: Call) => ({
  id,
  at,
  command: name,
  principal,
  surface,
  durationMs,
  traceId,
  code,
  key,
})
