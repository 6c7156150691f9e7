import {
  type AnyFailure,
  Failure,
  failed,
  type Feed,
  holdsFile,
  isStream,
  type OpenApp,
  type Outcome,
  success,
  systemFailure,
} from '@heddle/core'
import { openCommand } from '../access/closed.ts'
import { EventSubscription } from './event-subscription.ts'
import { EventTail } from './event-tail.ts'
import { internal } from './internal.ts'
import type { LiveHub, LiveSubscription, SubscribeOptions, Subscription } from './live-hub.ts'
import { liveLimits } from './live-limits.ts'
import { LiveQueries } from './live-queries.ts'
import { QuerySubscription } from './query-subscription.ts'

const hubs = new WeakMap<OpenApp, LiveHub>()

/** The hub of an app, one for all of its surfaces. Undefined where there is no feed: without a database nothing is pushed. */
export function liveHubOf(app: OpenApp): LiveHub | undefined {
  const { feed } = app.ports
  if (!feed) return undefined
  let hub = hubs.get(app)
  if (!hub) hubs.set(app, (hub = createHub(app, feed)))
  return hub
}

function createHub(app: OpenApp, feed: Feed): LiveHub {
  const queries = new LiveQueries(app, feed)
  const tail = new EventTail(app, feed)
  let open = 0
  const { metrics } = app.ports.telemetry
  metrics?.gauge('heddle_live_subscriptions', 'Subscriptions that are open.', () => open)
  const onEnd = () => void open--

  async function begun(
    subscription: QuerySubscription | EventSubscription,
  ): Promise<Outcome<LiveSubscription, AnyFailure>> {
    open++
    let errors: readonly AnyFailure[] | undefined
    try {
      errors = await subscription.begin()
    } catch (thrown) {
      errors = [thrown instanceof Failure ? thrown : internal(app, 'a subscription errored', thrown)]
    }
    if (!errors) return success(subscription)
    subscription.close()
    return failed(errors)
  }

  function toQuery(
    { query: name, input, from = 'json' }: Subscription & { readonly kind: 'query' },
    options: SubscribeOptions,
  ): QuerySubscription {
    const command = openCommand(app, name)
    if (!command) throw systemFailure('UnknownCommand', { name })
    const { output } = command
    if (command.kind !== 'query' || isStream(output) || holdsFile(output)) {
      throw invalid('query', name, 'a query was expected whose answer is no stream and holds no file')
    }
    return new QuerySubscription({ app, queries, command, input, from }, options, onEnd)
  }

  async function toEvents(
    { on, after }: Subscription & { readonly kind: 'events' },
    options: SubscribeOptions,
  ): Promise<EventSubscription> {
    const types = on.map((name) => {
      const type = tail.types.get(name)
      // A closed one is no more there than one that the app has not.
      if (type?.access !== undefined) return type
      throw invalid('events', name, 'the full name of an event of the app was expected')
    })
    const last = await feed.last()
    const wanted = options.lastId === undefined ? after : Number(options.lastId)
    return new EventSubscription({ app, tail, types, after: wanted ?? last, last }, options, onEnd)
  }

  return {
    get open() {
      return open
    },
    async subscribe(what, options) {
      const limit = liveLimits.subscriptions
      if (open >= limit) return failed([systemFailure('LimitReached', { name: 'live.subscriptions', limit })])
      try {
        return await begun(what.kind === 'query' ? toQuery(what, options) : await toEvents(what, options))
      } catch (thrown) {
        return failed([thrown instanceof Failure ? thrown : internal(app, 'a subscription errored', thrown)])
      }
    },
  }
}

const invalid = (option: string, value: string, expected: string) =>
  systemFailure('InvalidOption', { option, value, expected })
