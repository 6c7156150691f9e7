/** Stops a timer that has not fired. */
export type Cancel = () => void

/** Waiting. In simulation the time is virtual and waiting costs nothing. */
export interface Timers {
  /** Calls `fire` once, after the delay. A timer never keeps the process alive by itself when `background` is set. */
  after(delayMs: number, fire: () => void, options?: { background?: boolean }): Cancel
}

const longestMs = 2 ** 31 - 1

/** The machine's timers. Delays beyond 24.8 days, where Node's own would fire at once, are waited for in pieces. */
export const systemTimers: Timers = {
  after(delayMs, fire, { background = false } = {}) {
    let handle: NodeJS.Timeout
    const arm = (leftMs: number) => {
      handle = setTimeout(() => (leftMs > longestMs ? arm(leftMs - longestMs) : fire()), Math.min(leftMs, longestMs))
      if (background) handle.unref()
    }
    arm(delayMs)
    return () => clearTimeout(handle)
  },
}

/**
 * Waits, unless the signal aborts first.
 *
 * @throws the signal's reason
 */
export function sleep(timers: Timers, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const onAbort = () => {
      cancel()
      reject(signal!.reason as Error)
    }
    const cancel = timers.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
