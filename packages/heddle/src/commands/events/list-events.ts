import { command } from '@heddle/core'
import { browseEvents, type ShownEvent } from '@heddle/data'
import { z } from 'zod'
import { runningApp, SubjectPort } from '../subject.ts'

type JsonValue = z.infer<ReturnType<typeof z.json>>

/** An event as operators see it. */
export const eventType = z.object({
  offset: z.int(),
  id: z.string(),
  name: z.string(),
  key: z.string(),
  at: z.iso.datetime(),
  number: z.int().optional().describe('Its place in its stream, from 1'),
  principal: z.string().optional().describe('Who called the command that emitted it'),
  traceId: z.string().optional(),
  data: z.json().optional().describe('What is marked in it is masked'),
  withheld: z.string().optional().describe('Why there is no data'),
})

/** Lists events that are kept, the oldest first, with sensitive and personal values masked. */
export const listEvents = command('heddle.ListEvents', {
  kind: 'query',
  summary: 'List the events that are kept, the oldest first',
  input: z.object({
    name: z.string().optional().describe('Only this event'),
    stream: z.string().optional().describe('Only those of this stream, written <store>/<stream>'),
    after: z.int().min(0).default(0).describe('`next` of the page before, or the offset of an event'),
    limit: z.int().min(1).max(1000).default(100),
  }),
  output: z.object({ events: z.array(eventType), next: z.int().optional() }),
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ input: { name, ...options }, ctx }) {
    const names = name === undefined ? undefined : [name]
    const { events, next } = await browseEvents(runningApp(ctx.use(SubjectPort)), {
      ...options,
      names,
      tenant: ctx.tenant,
    })
    return { events: events.map(told), next }
  },
})

/** An event that was read, as its type wants it. */
export const told = (event: ShownEvent): z.infer<typeof eventType> => ({
  ...event,
  data: event.data as JsonValue | undefined,
})
