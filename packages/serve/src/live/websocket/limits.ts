/** How much clients may ask for. */
export interface WebSocketLimits {
  /** Open connections of the app (limit `live.connections`); further ones are refused. @default 10000 */
  readonly maxConnections?: number
  /** Calls that one connection has running (limit `live.calls`). @default 100 */
  readonly maxCalls?: number
  /** Subscriptions that one connection has open (limit `live.subscriptions`). @default 1000 */
  readonly maxSubscriptions?: number
}

/** What holds where nothing else is said. */
export const webSocketLimits = { maxConnections: 10_000, maxCalls: 100, maxSubscriptions: 1000 } as const
