import { z } from 'zod'

/** A call as it is listed. */
export const callType = z.object({
  id: z.string(),
  at: z.date(),
  command: z.string(),
  principal: z.string().optional(),
  surface: z.string(),
  durationMs: z.number(),
  traceId: z.string(),
  code: z.string().optional().describe('Of its first error; missing when it succeeded'),
  key: z.string().optional(),
})

/** The same with its input. */
export const wholeCallType = callType.extend({ input: z.unknown().describe('What its type marks is masked') })
