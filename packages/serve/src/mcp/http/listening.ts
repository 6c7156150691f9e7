import { createMcpHandler, InMemoryServerEventBus } from '@modelcontextprotocol/server'
import type { CallerWatch } from '../../live/caller-watch.ts'
import { createServer } from '../create-server.ts'
import { honour, type ListenRequest } from '../resources/listen.ts'
import { Subscriptions } from '../resources/subscriptions.ts'
import type { McpSession } from '../session.ts'

/** An answer to `subscriptions/listen` that is open. */
export interface Listening {
  readonly response: Response
  /** Ends it in good order. */
  close(): Promise<void>
}

/**
 * Answers `subscriptions/listen` of the revision 2026-07-28. Each has a bus of its own, so that nobody hears of what another
 * one asked for.
 */
export async function listen(
  session: McpSession & { readonly live: NonNullable<McpSession['live']> },
  caller: CallerWatch,
  request: Request,
  asked: ListenRequest,
): Promise<Listening> {
  const { catalog, live } = session
  const bus = new InMemoryServerEventBus()
  const tell = (uri: string) => bus.publish({ kind: 'resource_updated', uri })
  const subscriptions = new Subscriptions({ catalog, hub: live.hub, caller, tell })
  const handler = createMcpHandler(() => createServer(session, 'subscriptions/listen'), { legacy: 'reject', bus })
  const forget = caller.onChange(() => {
    if (caller.refused) void close()
  })
  async function close() {
    forget()
    subscriptions.close()
    await handler.close()
  }
  const response = await handler.fetch(request, { parsedBody: await honour(asked, subscriptions) })
  return { response, close }
}
