import type { Notification, ProgressToken } from '@modelcontextprotocol/server'
import type { Progress } from '@heddle/core'

/** Tells a client how far a call is, and the items of a streamed answer as they come. */
export interface ToldProgress {
  item(json: string): Promise<void>
  progress(progress: Progress): void
}

/** By how much an item raises what was told before, where its number does not. */
const nudge = 1 / 1024

/**
 * The notifications of one call. The protocol wants `progress` to rise each time, and a body that yields items may tell of
 * its progress in numbers of its own: what would not rise is not told, and an item raises it a little.
 */
export function toldProgress(
  token: ProgressToken,
  notify: (notification: Notification) => Promise<void>,
): ToldProgress {
  let last = -Infinity
  let items = 0
  const send = (progress: number, more: { total?: number; message?: string }) => {
    last = progress
    return notify({ method: 'notifications/progress', params: { progressToken: token, progress, ...more } })
  }
  return {
    item(json) {
      items++
      return send(items > last ? items : last + nudge, { message: json })
    },
    progress({ done, total, message }) {
      if (done <= last) return
      const told = send(done, { ...(total !== undefined && { total }), ...(message !== undefined && { message }) })
      // A client that has gone has nobody to tell; its call is cancelled by the signal.
      told.catch(() => undefined)
    },
  }
}
