/** Limits of what is pushed, and how they are called. */
export const liveLimits = {
  /** Subscriptions that one app has open (limit `live.subscriptions`). */
  subscriptions: 20_000,
  /** Queries that are asked anew at a time (limit `live.queries`). The others wait. */
  queries: 16,
  /** Reads of events for those who are behind, at a time (limit `live.reads`). The others wait. */
  reads: 8,
  /** How many events are kept in memory for those who are nearly there (limit `live.recent`). */
  recentEvents: 1024,
  /** How much JSON they hold together (limit `live.recentBytes`). */
  recentBytes: 16 * 1024 * 1024,
  /** How many events one read brings (limit `live.page`). */
  pageEvents: 256,
} as const
