import type { Maybe } from '@heddle/core'

/** The one clock by which everybody who has a database open agrees on what has expired. */
export interface DatabaseClock {
  /** UTC, in milliseconds since 1970: the server's time, or that of the one process that owns an embedded file. */
  now(): Maybe<number>
}
