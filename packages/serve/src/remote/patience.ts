import type { Timers } from '@heddle/core'

/** Does something that ends when nobody wants to wait for it any longer. */
export async function withPatience<Result>(
  timers: Timers,
  ms: number,
  use: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const cancel = timers.after(ms, () => controller.abort(), { background: true })
  try {
    return await use(controller.signal)
  } finally {
    cancel()
  }
}
