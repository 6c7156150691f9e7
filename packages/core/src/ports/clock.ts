/** Where the time comes from. */
export interface Clock {
  /** UTC, in milliseconds since 1970. */
  now(): number
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() }
