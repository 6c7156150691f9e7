import type { Server } from '@modelcontextprotocol/server'
import { Failure } from '@heddle/core'
import { protocolError } from '../protocol-error.ts'
import type { McpSession } from '../session.ts'
import { Subscriptions } from './subscriptions.ts'

/** Answers `resources/subscribe` and `resources/unsubscribe`, as the revisions before 2026-07-28 have them. */
export function serveSubscriptions(server: Server, { catalog, live }: McpSession): void {
  if (!live) return
  let subscriptions: Promise<Subscriptions> | undefined
  server.setRequestHandler('resources/subscribe', async ({ params: { uri } }, ctx) => {
    subscriptions ??= (async () => {
      const caller = await live.watch(ctx)
      if (caller instanceof Failure) throw protocolError([caller])
      const tell = (changed: string) => {
        server.sendResourceUpdated({ uri: changed }).catch(() => undefined)
      }
      return new Subscriptions({ catalog, hub: live.hub, caller, tell })
    })()
    const refused = await (await subscriptions).add(uri)
    if (refused) throw protocolError(refused, false, uri)
    return {}
  })
  server.setRequestHandler('resources/unsubscribe', async ({ params: { uri } }) => {
    ;(await subscriptions)?.remove(uri)
    return {}
  })
  server.onclose = () =>
    void subscriptions?.then(
      (open) => open.close(),
      () => undefined,
    )
}
