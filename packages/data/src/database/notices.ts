import type { Maybe } from '@heddle/core'

/** What happens when somebody else says something. A listener must not throw. */
export type NoticeListener = (payload: string) => void

/**
 * Short messages to everybody who has the database open, in every process. Nothing is kept: who is not there misses it.
 *
 * @example
 * const stop = await database.notices.subscribe('keys', (id) => forget(id), { missed: forgetAll })
 * await database.notices.publish('keys', id)
 */
export interface Notices {
  /**
   * Resolves when it is sent, not when it is heard. The publisher hears it too.
   *
   * @throws {Failure} TooLarge beyond 7,000 bytes (limit `notices.payload`), Unavailable
   */
  publish(topic: string, payload: string): Maybe<void>
  /**
   * Resolves with the way to stop when nothing more is missed.
   *
   * @param options.missed runs when the connection was lost and is back: what was said meanwhile is not told
   * @throws {Failure} Unavailable
   */
  subscribe(topic: string, listener: NoticeListener, options?: { missed?: () => void }): Maybe<() => void>
}

/** How many bytes a notice may hold (limit `notices.payload`), on every engine. */
export const noticeLimit = 7000
