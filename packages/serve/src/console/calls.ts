import { Failure } from '@heddle/core'
import type { Caller } from '../http/call-endpoint.ts'
import { refusalCounter } from '../http/count-refusals.ts'
import type { PlainEndpoint } from '../http/endpoint.ts'
import { type HttpRequest, pathOf } from '../http/exchange.ts'
import { ChangedExchange } from '../http/change-request.ts'
import { createHandler } from '../http/handler.ts'
import type { Mounted, MountHost } from '../http/mount.ts'
import type { HandlerOptions } from '../http/options.ts'
import { problemAnswer } from '../http/problem.ts'
import { mountLive } from '../live/live-mount.ts'

/** The surface that calls of the page say they came by. */
const surface = 'console'

/**
 * The app once more below a path, for who uses the console: the same calls and pushed answers as on its own addresses, made
 * by the same code, so that the client finds there what it finds in any app. Only who calls is found out in another way, and
 * before anything else: strangers are answered alike whether a name is there or not.
 */
export function mountCalls(
  { app, options }: MountHost,
  callerOf: (request: HttpRequest) => Promise<Caller>,
  below: string,
): Mounted {
  const own = ownOptions(options)
  const live = mountLive({ app, options: own, callerOf }, surface)
  const found = new WeakMap<HttpRequest, Caller>()
  const handler = createHandler(app, own, {
    surface,
    plain: live?.endpoints ?? {},
    callerOf: (request) => found.get(request) ?? callerOf(request),
  })
  const countRefusal = refusalCounter(app, surface)
  const endpoint: PlainEndpoint = {
    kind: 'plain',
    async answer(asked) {
      const exchange = new ChangedExchange(asked, { url: asked.url.slice(below.length) })
      try {
        const caller = await callerOf(exchange)
        if (caller instanceof Failure) {
          countRefusal(caller)
          return problemAnswer([caller], { instance: pathOf(exchange.url), challenge: options.challenge })
        }
        found.set(exchange, caller)
        return await handler.begin(exchange)
      } catch (thrown) {
        return handler.mend(exchange, thrown)
      }
    },
  }
  // A command has two or three words, or one more with its version; what is pushed stands two words further down.
  const paths = ['/{a}/{b}', '/{a}/{b}/{c}', '/{a}/{b}/{c}/{d}', '/{a}/{b}/{c}/{d}/{e}']
  const places = paths.flatMap((path) => [`GET ${below}${path}`, `POST ${below}${path}`])
  return { ...live, endpoints: Object.fromEntries(places.map((place) => [place, endpoint])) }
}

/** Limits are those of the surface; what it serves of the app, and to pages of which origins, is not. */
function ownOptions(options: HandlerOptions): HandlerOptions {
  const { commands: _commands, routes: _routes, cors: _cors, mounts: _mounts, ...limits } = options
  const { page: _page, authenticate: _authenticate, changeRequest: _changeRequest, ...own } = limits
  return own
}
