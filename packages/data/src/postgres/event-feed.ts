import type { Append, EventFeed } from '../database/event-feed.ts'
import { type FeedSource, TableEventFeed } from '../events/table-feed.ts'
import { eventsTopic } from './append.ts'
import type { Session } from './session.ts'

/** The events of a server. Those of this process are told at once, those of others by a notice. */
export class PostgresEventFeed implements EventFeed {
  readonly #feed: TableEventFeed
  readonly #session: Session
  #watchers = 0
  #stopListening: (() => void) | undefined

  constructor(source: Omit<FeedSource, 'nearby'>, session: Session) {
    // The server picks out what is wanted better than this process would.
    this.#feed = new TableEventFeed({ ...source, nearby: 0 })
    this.#session = session
  }

  lastEvent() {
    return this.#feed.lastEvent()
  }

  readEvents(query: Parameters<EventFeed['readEvents']>[0]) {
    return this.#feed.readEvents(query)
  }

  watchEvents(wake: () => void, names?: readonly string[]): () => void {
    const stop = this.#feed.watchEvents(wake, names)
    // What was committed while nobody listened is not told, so that everybody looks once.
    this.#stopListening ??= this.#session.watch(eventsTopic, {
      hear: (payload) => this.#feed.heard(payload === '' ? undefined : payload.split(',')),
      missed: () => this.#feed.heard(),
    })
    this.#watchers++
    let isStopped = false
    return () => {
      if (isStopped) return
      isStopped = true
      stop()
      if (--this.#watchers > 0) return
      this.#stopListening?.()
      this.#stopListening = undefined
    }
  }

  committed(events: readonly Append[]): void {
    this.#feed.committed(events)
  }
}
