/** Where the time comes from. */
export interface Clock {
  /** UTC, in milliseconds since 1970. */
  now(): number
  /** For durations: milliseconds since some moment, with fractions, never going back. @default now */
  monotonic?(): number
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }

/** How durations are measured by a clock, in milliseconds. */
export const stopwatchOf = (clock: Clock): (() => number) =>
  clock.monotonic ? () => clock.monotonic!() : () => clock.now()
