import type { AnyEvent } from '@heddle/core'
import type { EventFeed } from '../database/event-feed.ts'
import { eventDecoder, type StoredEvent, type StoredEventOf } from './stored-event.ts'
import { Wakeup } from './wakeup.ts'

/** Which events to read. */
export interface EventsOptions<E extends AnyEvent> {
  /** The offset after which to begin. @default 0, the first that is kept */
  readonly after?: number
  /** @default all events of the database */
  readonly on?: readonly E[]
  /** @default all */
  readonly tenant?: string
}

/** How many events are read at a time. */
const pageLimit = 256

/** Which events the database is asked for. */
export const wanted = ({ after = 0, on, tenant }: EventsOptions<AnyEvent>) => ({
  after,
  tenant,
  names: on?.map(({ name }) => name),
})

/**
 * Events one after the other, and then those that come, until the signal aborts. Nothing is polled.
 *
 * @param known the events whose data is to be typed
 */
export async function* followEvents<E extends AnyEvent>(
  feed: EventFeed,
  options: EventsOptions<E> & { readonly signal?: AbortSignal },
  known: readonly AnyEvent[],
): AsyncGenerator<StoredEventOf<E>, void> {
  const { signal } = options
  const decode = eventDecoder(known) as (row: Parameters<ReturnType<typeof eventDecoder>>[0]) => StoredEvent
  const query = wanted(options)
  let { after } = query
  const wakeup = new Wakeup()
  const wake = () => wakeup.wake()
  const stop = feed.watchEvents(wake, query.names)
  signal?.addEventListener('abort', wake)
  try {
    while (!signal?.aborted) {
      const page = await feed.readEvents({ ...query, after, limit: pageLimit })
      for (const row of page.rows) {
        if (signal?.aborted) return
        yield decode(row) as StoredEventOf<E>
      }
      after = page.upTo
      if (page.rows.length < pageLimit) await wakeup.wait()
    }
  } finally {
    stop()
    signal?.removeEventListener('abort', wake)
  }
}
