import { systemClock } from '@heddle/core'
import { callLocally, localSocketPath } from '@heddle/serve'
import type { Driver } from '../driver.ts'
import { principalOf } from '../principals.ts'
import { toldOutcome } from '../told.ts'

/** The socket in the data folder. */
export const driver: Driver = {
  surface: 'local',
  isOperators: true,
  open: async ({ folder }) => ({
    async call(name, input, { as, key, timeoutMs, signal }) {
      const items: unknown[] = []
      const outcome = await callLocally(localSocketPath(folder), name, input, {
        as: principalOf(as),
        from: 'json',
        idempotencyKey: key,
        deadline: timeoutMs === undefined ? undefined : systemClock.now() + timeoutMs,
        signal,
        onItem: (item) => void items.push(item),
      })
      return toldOutcome(outcome, items)
    },
    close: async () => undefined,
  }),
}
