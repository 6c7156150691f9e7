import { isSpecType } from '@modelcontextprotocol/server'
import type { Subscriptions } from './subscriptions.ts'

/** A request of the revision 2026-07-28 to be told of changes. */
export interface ListenRequest {
  readonly id: string | number
  readonly params: { readonly notifications: { readonly resourceSubscriptions?: readonly string[] } }
}

/** Whether a message asks to be told of changes. What is none of its kind is refused by the SDK. */
export const isListen = (message: unknown): message is ListenRequest =>
  (message as { method?: unknown } | undefined)?.method === 'subscriptions/listen' &&
  isSpecType.SubscriptionsListenRequest(message)

/** Begins to tell of what is asked for. @returns the request, asking for what the client gets and no more */
export async function honour<Asked extends ListenRequest>(asked: Asked, subscriptions: Subscriptions): Promise<Asked> {
  const { resourceSubscriptions = [], ...others } = asked.params.notifications
  const honoured: string[] = []
  for (const uri of new Set(resourceSubscriptions)) if (!(await subscriptions.add(uri))) honoured.push(uri)
  const notifications = { ...others, ...(honoured.length > 0 && { resourceSubscriptions: honoured }) }
  return { ...asked, params: { ...asked.params, notifications } }
}
