import type { ServerContext } from '@modelcontextprotocol/server'
import type { AnyFailure, Maybe } from '@heddle/core'
import type { KnownCaller } from '../http/call-endpoint.ts'
import type { CallerWatch } from '../live/caller-watch.ts'
import type { LiveHub } from '../live/live-hub.ts'
import type { Catalog } from './catalog.ts'

/** One client that is served: what there is, and who sends a request. */
export interface McpSession {
  readonly catalog: Catalog
  /** Each request is its sender's, whoever began the session. */
  callerOf(ctx: ServerContext): KnownCaller
  /** Missing where nothing is pushed. */
  readonly live?: McpLive
}

/** Who is told of what changes. */
export interface McpLive {
  readonly hub: LiveHub
  /** Finds out who sends a request, and goes on asking. */
  watch(ctx: ServerContext): Maybe<CallerWatch | AnyFailure>
}
