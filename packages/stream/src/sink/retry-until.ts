import { type Failure, type Ports, sleep } from '@heddle/core'
import { pauseMs } from '@heddle/data'

/** What came of an attempt: it is over, or it is to be made again. */
export type Attempt =
  | { readonly again?: undefined }
  | { readonly again: Failure | { readonly retry: Failure['retry'] } }

/**
 * Makes attempts until one is over, with growing pauses between them. A job is held back meanwhile, which is what a system
 * that cannot take records needs; it is said in the log.
 *
 * @throws the signal's reason
 */
export async function retryUntilOver(
  { timers, log }: Pick<Ports, 'timers' | 'log'>,
  signal: AbortSignal,
  what: string,
  attempt: () => Promise<Attempt>,
): Promise<void> {
  for (let count = 1; ; count++) {
    signal.throwIfAborted()
    const { again } = await attempt()
    if (again === undefined) return
    const pause = pauseMs(again.retry, Math.min(count, 16))
    if (count === 1 || count % 10 === 0) {
      const why = 'message' in again ? again.message : 'it could not be reached'
      log.write('warning', `${what} takes no records and is asked again in ${pause} ms: ${why}`)
    }
    await sleep(timers, pause, signal)
  }
}
