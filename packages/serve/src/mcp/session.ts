import type { ServerContext } from '@modelcontextprotocol/server'
import type { KnownCaller } from '../http/call-endpoint.ts'
import type { Catalog } from './catalog.ts'

/** One client that is served: what there is, and who sends a request. */
export interface McpSession {
  readonly catalog: Catalog
  /** Each request is its sender's, whoever began the session. */
  callerOf(ctx: ServerContext): KnownCaller
}
