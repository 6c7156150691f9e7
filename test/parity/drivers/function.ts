import { systemClock } from '@heddle/core'
import type { Driver } from '../driver.ts'
import { principalOf } from '../principals.ts'
import { toldOutcome } from '../told.ts'

/** The app's own code, which says for whom it calls. */
export const driver: Driver = {
  surface: 'function',
  isOperators: true,
  open: async ({ app }) => ({
    async call(name, input, { as, key, timeoutMs, signal }) {
      const items: unknown[] = []
      const outcome = await app.callByName(name, input, {
        as: principalOf(as),
        from: 'json',
        idempotencyKey: key,
        deadline: timeoutMs === undefined ? undefined : systemClock.now() + timeoutMs,
        signal,
        onItem: (item: unknown) => void items.push(item),
      })
      return toldOutcome(outcome, items)
    },
    close: async () => undefined,
  }),
}
