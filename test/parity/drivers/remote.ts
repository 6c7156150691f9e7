import { app, memoryLog, type OpenApp, systemClock } from '@heddle/core'
import { remote } from '@heddle/serve/remote'
import { join } from 'node:path'
import type { Driver } from '../driver.ts'
import { toldOutcome } from '../told.ts'

/** The commands of the app in another app of Heddle's, which calls them with its own credentials: one app for each caller. */
export const driver: Driver = {
  surface: 'remote',
  async open({ subject, url, folder, people }) {
    const apps = new Map<string, Promise<OpenApp>>()

    async function appOf(as: string, tenant: string | undefined): Promise<OpenApp> {
      const part = remote(subject.name, {
        manifest: `${url}/_heddle/manifest.json`,
        allowPrivate: true,
        retries: 0,
        headers: people.headers(as),
        ...(tenant !== undefined && { tenant }),
      })
      const open = await app('caller', { parts: [part] }).open({
        folder: join(folder, as),
        environment: {},
        ports: { log: memoryLog() },
      })
      await open.start()
      return open
    }

    return {
      async call(name, input, { as, tenant, key, timeoutMs, signal }) {
        const calling = apps.get(as) ?? appOf(as, tenant)
        apps.set(as, calling)
        const caller = await calling
        if (!caller.commands.has(name)) return 'nowhere'
        const items: unknown[] = []
        const outcome = await caller.callByName(name, input, {
          from: 'json',
          idempotencyKey: key,
          deadline: timeoutMs === undefined ? undefined : systemClock.now() + timeoutMs,
          signal,
          onItem: (item: unknown) => void items.push(item),
        })
        return toldOutcome(outcome, items)
      },
      close: () => Promise.all([...apps.values()].map(async (open) => (await open).close())),
    }
  },
}
