import type { AnyFailure, Outcome } from '@heddle/core'
import type { CallerWatch } from './caller-watch.ts'

/** What somebody wants to be told of. */
export type Subscription =
  | {
      readonly kind: 'query'
      /** Full name of a query whose answer is no stream. */
      readonly query: string
      readonly input: unknown
      /** Where the input comes from, as for a call. @default 'json' */
      readonly from?: 'json' | 'text'
    }
  | {
      readonly kind: 'events'
      /** Full names of events; empty for all that the caller may see. */
      readonly on: readonly string[]
      /** The offset after which to begin. @default now: only those that come */
      readonly after?: number
    }

/** How somebody subscribes. */
export interface SubscribeOptions {
  readonly caller: CallerWatch
  /** Id of the last message that was received before the connection broke off. For events it wins over `after`. */
  readonly lastId?: string
  /** Ends the subscription. */
  readonly signal: AbortSignal
  /** The name of the surface by which it came. */
  readonly surface: string
}

/** What a subscriber is told. `json` is text without line breaks, as it may leave the process. */
export type LiveMessage =
  /** The newest answer of a query. Its id is the entity tag of the answer: the same answer has the same id everywhere. */
  | { readonly kind: 'value'; readonly id: string; readonly json: string }
  /** An event: `{ offset, id, name, key?, at, data }`. Its id is its offset. */
  | { readonly kind: 'event'; readonly id: string; readonly json: string }
  /**
   * Events that were to come next were removed, because nobody asked for them for too long: `{ from, to }`, offsets of the
   * first and the last that are gone. Its id is that of the last. What was made of events has to be made anew.
   */
  | { readonly kind: 'behind'; readonly id: string; readonly json: string }
  /** The subscription is over: access was lost, or the query fails now. The id, where there is one, is where to go on. */
  | { readonly kind: 'errors'; readonly id?: string; readonly errors: readonly AnyFailure[] }

/** An open subscription, for one reader who asks for one message after the other. */
export interface LiveSubscription extends AsyncIterable<LiveMessage> {
  /**
   * The next message; undefined when the subscription is over. Nothing is piled up for a slow reader: of a query it gets
   * the newest answer, and events are read again when it asks for them.
   */
  next(): Promise<LiveMessage | undefined>
  /** The id after which to go on: of the last message, or a later one where nothing had to be told since. */
  readonly position: string | undefined
}

/**
 * Pushes new answers of queries and events to subscribers of one app, whatever surface they came by. Equal subscriptions
 * of equal callers share their work.
 */
export interface LiveHub {
  /** Errors where the caller is refused, or the query fails at once. */
  subscribe(what: Subscription, options: SubscribeOptions): Promise<Outcome<LiveSubscription, AnyFailure>>
  /** How many subscriptions are open. */
  readonly open: number
}
