import { type AnyFailure, type CallOptions, Failure, failed, type Outcome } from '@heddle/core'
import type { Exchange } from '../http/exchange.ts'
import type { CallerWatches } from './watch-callers.ts'

/** Makes a call that may last, for as long as its caller may be connected: then it is cancelled, and ends with why. */
export async function whileKnown(
  watches: CallerWatches | undefined,
  exchange: Exchange,
  call: (options: Pick<CallOptions, 'signal'>) => Promise<Outcome<unknown, AnyFailure>>,
): Promise<Outcome<unknown, AnyFailure>> {
  if (!watches) return call({})
  const watch = await watches.watch(exchange)
  if (watch instanceof Failure) return failed([watch])
  const over = new AbortController()
  const stop = watch.onChange(() => watch.refused && over.abort())
  try {
    const outcome = await call({ signal: AbortSignal.any([exchange.signal, over.signal]) })
    // What was done is done, and is told.
    return outcome.ok || !watch.refused ? outcome : failed(watch.refused)
  } finally {
    stop()
    watch.stop()
  }
}
