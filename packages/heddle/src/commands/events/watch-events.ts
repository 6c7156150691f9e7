import { command, Defect, stream } from '@heddle/core'
import { browseEvents } from '@heddle/data'
import { z } from 'zod'
import { runningApp, SubjectPort } from '../subject.ts'
import { eventType, told } from './list-events.ts'

/** How many events are read at a time. */
const pageEvents = 200

/** Tells events as they come, after the ones that are kept, masked as in a list. */
export const watchEvents = command('heddle.WatchEvents', {
  kind: 'query',
  summary: 'Follow the events as they come',
  input: z.object({
    names: z.array(z.string()).optional().describe('Only these events'),
    after: z.int().min(0).optional().describe('The offset after which to begin. Without it, only what comes'),
    back: z.int().min(0).max(1000).default(0).describe('How many earlier ones come first, where there is no `after`'),
  }),
  output: stream(eventType, z.null()),
  access: 'heddle:operate',
  uses: [SubjectPort],
  async *run({ input: { names, after, back }, ctx }) {
    const { signal, tenant } = ctx
    const app = runningApp(ctx.use(SubjectPort))
    const { feed } = app.ports
    if (!feed) throw new Defect('MissingPart', { name: 'heddle.WatchEvents', missing: 'a database' })
    let wake = () => {}
    let woken = Promise.resolve()
    const sleep = () => (woken = new Promise((resolve) => (wake = resolve)))
    const stop = feed.watchEvents(() => wake(), names)
    signal.addEventListener('abort', () => wake(), { once: true })
    try {
      for (let last = after ?? Math.max(0, (await feed.last()) - back); !signal.aborted;) {
        // Whoever is woken while it reads reads once more.
        void sleep()
        const looked = await feed.last()
        const page = await browseEvents(app, { names, tenant, after: last, limit: pageEvents })
        for (const event of page.events) {
          yield told(event)
          last = event.offset
        }
        if (page.next !== undefined || signal.aborted) continue
        // Events of others were looked at, too, and are not read again.
        last = Math.max(last, looked)
        await woken
      }
      signal.throwIfAborted()
      return null
    } finally {
      stop()
    }
  },
})
