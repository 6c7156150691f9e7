import type { Maybe } from './maybe.ts'

/** An event as it is read from the feed. */
export interface FedEvent {
  /** Its place among all events of the database, from 1, without gaps. */
  readonly offset: number
  readonly id: string
  readonly name: string
  readonly tenant: string
  /** What it is about: events with the same key are in order. */
  readonly key: string
  /** UTC, milliseconds since 1970. */
  readonly at: number
  /** Who called the command that emitted it. Missing for a stranger and for the app's own code. */
  readonly principal?: string
  /** W3C trace id of the call, where it had one. */
  readonly traceId?: string
  /** As its type says; JSON where the app does not declare it. Undefined for one that is unreadable. */
  readonly data: unknown
  /** Why its data cannot be read, e.g. because a newer version of the app emitted it. */
  readonly unreadable?: string
}

/** Which events to read. */
export interface FeedQuery {
  /** The offset after which to begin; 0 for the first that is kept. */
  readonly after: number
  /** @default all */
  readonly names?: readonly string[]
  /** @default all */
  readonly tenant?: string
  /** At most 1,000. */
  readonly limit: number
}

/** Events in the order of their offsets. */
export interface FedPage {
  readonly events: readonly FedEvent[]
  /** Every event up to this offset was looked at: the next page begins after it. */
  readonly upTo: number
}

/** What commits changed, soon after: a hint, and several of them may be one. */
export interface FedChange {
  /** Undefined: those of any tenant. */
  readonly tenant: string | undefined
  /** The names of the entities. Undefined: maybe any. */
  readonly entities: ReadonlySet<string> | undefined
}

/**
 * What happened and what changed, for who pushes it to others. A database provides it; where there is none, no events are
 * kept.
 */
export interface Feed {
  /** The offset of the newest event; 0 before the first. */
  last(): Maybe<number>
  /** The offset from which on every event can still be read: older ones were removed. */
  first(): Maybe<number>
  read(query: FeedQuery): Maybe<FedPage>
  /**
   * Calls `wake` when there may be new events, in this process or another. It must not throw.
   *
   * @param names those of interest; others may wake it too
   * @returns the way to stop
   */
  watchEvents(wake: () => void, names?: readonly string[]): () => void
  /**
   * Tells of the entities that commits changed, in this process at once, in another one soon after. It must not throw.
   *
   * @returns the way to stop
   */
  watchChanges(changed: (change: FedChange) => void): () => void
}
