import { systemClock } from '@heddle/core'
import { callLocally, localSocketPath } from '@heddle/serve'
import type { Driver } from '../driver.ts'
import { toldOutcome } from '../told.ts'

/** The socket in the data folder. */
export const driver: Driver = {
  surface: 'local',
  isOperators: true,
  open: async ({ folder, people }) => ({
    async call(name, input, { as, tenant, key, timeoutMs, signal }) {
      const items: unknown[] = []
      const outcome = await callLocally(localSocketPath(folder), name, input, {
        as: people.principal(as),
        tenant,
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
