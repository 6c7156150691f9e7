import { type AnyFailure, systemFailure } from '@heddle/core'
import type { CallerWatch } from '../../live/caller-watch.ts'
import type { LiveHub, LiveSubscription } from '../../live/live-hub.ts'
import type { Catalog } from '../catalog.ts'
import { surfaceName } from '../mcp-call.ts'
import { findResource } from './find-resource.ts'

/** How many resources one client may be told of (limit `mcp.subscriptions`). */
const mostSubscriptions = 1000

/** Where what is subscribed to comes from. */
export interface SubscriptionsHost {
  readonly catalog: Catalog
  readonly hub: LiveHub
  readonly caller: CallerWatch
  /** Tells the client that a resource has changed. */
  readonly tell: (uri: string) => void
}

/** The resources that a client is told of when they change: those that are read by a query which is pushed. */
export class Subscriptions {
  readonly #host: SubscriptionsHost
  readonly #open = new Map<string, AbortController>()

  constructor(host: SubscriptionsHost) {
    this.#host = host
  }

  /** Begins to tell of a resource. @returns why not, where its query refuses the caller or cannot be pushed */
  async add(uri: string): Promise<readonly AnyFailure[] | undefined> {
    if (this.#open.has(uri)) return undefined
    if (this.#open.size >= mostSubscriptions) {
      return [systemFailure('LimitReached', { name: 'mcp.subscriptions', limit: mostSubscriptions })]
    }
    const { catalog, hub, caller } = this.#host
    const found = findResource(catalog, uri, caller.current.as)
    if (!found.ok) return found.errors
    const end = new AbortController()
    this.#open.set(uri, end)
    // A text of the app changes with the app alone.
    if (found.value.kind === 'text') return undefined
    const { entry, input } = found.value
    const begun = await hub.subscribe(
      { kind: 'query', query: entry.section.name, input, from: 'text' },
      { caller, signal: end.signal, surface: surfaceName },
    )
    if (begun.ok) void this.#follow(uri, begun.value)
    else this.#open.delete(uri)
    return begun.ok ? undefined : begun.errors
  }

  remove(uri: string): void {
    this.#open.get(uri)?.abort()
    this.#open.delete(uri)
  }

  /** Tells of nothing any more. */
  close(): void {
    for (const uri of this.#open.keys()) this.remove(uri)
    this.#host.caller.stop()
  }

  /** The first message is the answer of now, which the client reads for itself. */
  async #follow(uri: string, subscription: LiveSubscription): Promise<void> {
    let isFirst = true
    for await (const message of subscription) {
      if (message.kind !== 'value') break
      if (!isFirst && this.#open.has(uri)) this.#host.tell(uri)
      isFirst = false
    }
    this.#open.delete(uri)
  }
}
