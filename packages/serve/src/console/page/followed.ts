import { jittered, pause } from '../../client/runtime/host.ts'
import type { AnyFailure } from '../../client/runtime/index.ts'
import type { Server } from './server.ts'

/**
 * Takes what a streamed query tells for as long as the signal allows, also when the stream breaks off meanwhile: it then
 * begins anew.
 *
 * @returns why it cannot be followed
 */
export async function followed<Item>(
  server: Server,
  name: string,
  input: unknown,
  signal: AbortSignal,
  take: (item: Item, isFirst: boolean) => void,
): Promise<readonly AnyFailure[]> {
  while (!signal.aborted) {
    const streamed = server.stream<Item, unknown>(name, input, signal)
    let isFirst = true
    for await (const item of streamed) {
      if (signal.aborted) return []
      take(item, isFirst)
      isFirst = false
    }
    if (signal.aborted) return []
    const outcome = await streamed.outcome()
    if (!outcome.ok && outcome.errors.some(({ code }) => code !== 'Unavailable' && code !== 'ShuttingDown'))
      return outcome.errors
    await pause(jittered(500), signal)
  }
  return []
}
