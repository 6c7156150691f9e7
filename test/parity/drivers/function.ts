import { outgoingOf, outgoingOutcome, systemClock } from '@heddle/core'
import type { Driver } from '../driver.ts'
import { toldOutcome } from '../told.ts'

/** The app's own code, which says for whom it calls. What is sensitive in an answer stays in the process: no surface tells it. */
export const driver: Driver = {
  surface: 'function',
  isOperators: true,
  open: async ({ app, people }) => ({
    async call(name, input, { as, tenant, key, timeoutMs, signal }) {
      const items: unknown[] = []
      const who = people.principal(as)
      const kept = typeof who === 'string' ? await app.ports.principals.resolve(who, 'main') : undefined
      if (typeof who === 'string' && !kept) return 'nobody'
      const command = app.commands.get(name)!
      const outgoing = outgoingOf(command)
      const outcome = await app.callByName(name, input, {
        as: typeof who === 'string' ? kept! : who,
        tenant,
        from: 'json',
        idempotencyKey: key,
        deadline: timeoutMs === undefined ? undefined : systemClock.now() + timeoutMs,
        signal,
        onItem: (item: unknown) => void items.push(outgoing ? outgoing.item(item) : item),
      })
      return toldOutcome(outgoingOutcome(outgoing, outcome), items)
    },
    close: async () => undefined,
  }),
}
