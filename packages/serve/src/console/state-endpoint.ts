import { Failure } from '@heddle/core'
import type { Caller } from '../http/call-endpoint.ts'
import type { PlainEndpoint } from '../http/endpoint.ts'
import { type HttpRequest, pathOf } from '../http/exchange.ts'
import type { MountHost } from '../http/mount.ts'
import { problemAnswer } from '../http/problem.ts'
import { Heartbeats } from '../live/heartbeats.ts'
import { OpenAnswers } from '../live/open-answers.ts'
import { CallerWatches } from '../live/watch-callers.ts'
import { StateSubscription } from './state-subscription.ts'

/** How often the page hears that the server is still there, in milliseconds. */
const beatMs = 5000

/** The endpoint that tells how the app is doing, for as long as somebody looks. */
export function mountState({ app, options }: MountHost, callerOf: (request: HttpRequest) => Promise<Caller>) {
  const callers = new CallerWatches(app.ports, callerOf)
  const heartbeats = new Heartbeats(app.ports.timers, beatMs)
  const open = new OpenAnswers()
  const endpoint: PlainEndpoint = {
    kind: 'plain',
    async answer(exchange) {
      const caller = await callers.watch(exchange)
      if (caller instanceof Failure)
        return problemAnswer([caller], { instance: pathOf(exchange.url), challenge: options.challenge })
      return open.tell(caller, {
        subscription: new StateSubscription(app, caller, AbortSignal.any([exchange.signal, open.ending])),
        heartbeats,
        retryMs: 1000,
        isOperator: () => true,
      })
    },
  }
  return {
    endpoint,
    drain: () => open.drain(),
    stop() {
      open.stop()
      callers.stop()
    },
  }
}
