import { type FedEvent } from '@heddle/core'
import { z } from 'zod'
import { EventPages, feedOf } from './events/event-pages.ts'
import { defineSource, type PartitionReader, type SourceHost, type UnreadRecord } from './source.ts'

const config = z.strictObject({
  on: z.array(z.string()).min(1).describe('The full names of the events'),
  from: z.enum(['first', 'now']).optional().describe('Where it begins the first time. @default first'),
})

/** What a source of events is told. */
export type EventsSourceConfig = z.output<typeof config>

/**
 * The kind of source `events`: what commands of the app emitted, as `{ name, key, at, data, offset }`, in the order of the
 * offsets, which are without gaps. The key of a record is that of the event.
 */
export const eventsSourceKind = defineSource<EventsSourceConfig>({
  name: 'events',
  summary: 'Events of the app, from those that are kept on, by offset',
  config,
  short: 'on',
  examples: [{ on: ['flights.Departed', 'flights.Cancelled'] }, { on: ['bank.Transferred'], from: 'now' }],
  create: ({ on, from = 'first' }) => ({
    kind: 'events',
    needsApp: true,
    bounded: false,
    tellsTimes: true,
    guarantees: { replays: true, ordered: true, rereads: from === 'first' },
    key: { kind: 'string' },
    type: {
      kind: 'record',
      fields: {
        name: { type: { kind: 'string', values: on } },
        key: { type: { kind: 'string' } },
        at: { type: { kind: 'time' } },
        data: { type: { kind: 'unknown' } },
        offset: { type: { kind: 'int' } },
      },
    },
    how: ['from'],
    describe: () => ({ on, from }),
    open: (host) => ({
      partitions: () => ['0'],
      openPartition: (_partition, position) => eventReader(host, on, from, position as number | undefined),
      rereads: async () => (await feedOf(host).first()) <= 1,
      close() {},
    }),
  }),
})

function eventReader(
  host: SourceHost,
  on: readonly string[],
  from: 'first' | 'now',
  position: number | undefined,
): PartitionReader {
  const pages = new EventPages(host, on)
  let after = position
  let isChecked = position === undefined
  return {
    async read(max) {
      after ??= from === 'now' ? await pages.feed.last() : 0
      if (!isChecked) await pages.check(after, `the events of ${host.job}`)
      isChecked = true
      const page = await pages.next(after, Math.min(max, 1000))
      if (!page) return undefined
      after = page.upTo
      const read = page.events.filter(({ unreadable }) => unreadable === undefined)
      const unread = page.events.flatMap((event, index) =>
        event.unreadable === undefined ? [] : [unreadEvent(event, event.unreadable, goodBefore(page.events, index))],
      )
      return {
        values: read.map(({ name, key, at, data, offset }) => ({ name, key, at: new Date(at), data, offset })),
        times: read.map(({ at }) => at),
        keys: read.map(({ key }) => key),
        position: after,
        ...(unread.length > 0 && { unread }),
      }
    },
    lag: () => ({ records: pages.behind }),
    close: () => pages.close(),
  }
}

const goodBefore = (events: readonly FedEvent[], end: number): number =>
  events.slice(0, end).filter(({ unreadable }) => unreadable === undefined).length

const unreadEvent = ({ name, offset }: FedEvent, message: string, index: number): UnreadRecord => ({
  index,
  origin: `event ${offset}`,
  input: { name, offset },
  errors: [{ code: 'UnreadableEvent', message }],
})
