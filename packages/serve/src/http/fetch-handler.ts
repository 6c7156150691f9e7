import type { AnyCommand, OpenApp } from '@heddle/core'
import type { Answer, Write } from './exchange.ts'
import { FetchExchange } from './fetch-exchange.ts'
import { answerTo, createHandler } from './handler.ts'
import { refusedHost } from './hosts.ts'
import { mountAll } from './mount-all.ts'
import type { HandlerOptions } from './options.ts'
import type { CheckedRoutes } from './route-pattern.ts'

/**
 * Serves an app as a function from `Request` to `Response`, to mount it in another server. Paths, statuses and bodies
 * are those of `http()`.
 *
 * @throws {Defect} DuplicateName, InvalidDefinition
 * @example
 * const bank = await app('bank', { parts: [transferMoney] }).open()
 * const handle = fetchHandler(bank)
 * const response = await handle(new Request('http://localhost/bank/TransferMoney', { method: 'POST', headers, body }))
 */
export function fetchHandler<const Routes extends Readonly<Record<string, AnyCommand>> = {}>(
  app: OpenApp,
  options: Omit<HandlerOptions, 'routes'> & { readonly routes?: CheckedRoutes<Routes> } = {},
): (request: Request) => Promise<Response> {
  const given = options as HandlerOptions
  const { endpoints: plain, hosts: more } = mountAll(app, given, 'fetch')
  const handler = createHandler(app, given, {
    surface: 'fetch',
    plain,
    refusedHost: refusedHost(app, { hosts: given.hosts, more }),
  })

  return async (request) => {
    const left = new AbortController()
    const signal = AbortSignal.any([request.signal, left.signal])
    const { status, headers, cookies = [], body } = await answerTo(handler, new FetchExchange(request, signal))
    const response = new Response(bodyOf(request, body, left), { status, headers })
    for (const cookie of cookies) response.headers.append('set-cookie', cookie)
    return response
  }
}

function bodyOf({ method }: Request, body: Answer['body'], left: AbortController) {
  if (method === 'HEAD' || body === undefined) return null
  return typeof body === 'function' ? streamOf(body, left) : (body as string | Uint8Array<ArrayBuffer>)
}

/** Pieces are pulled: what is written waits while the reader is behind. Cancelling the stream cancels the call. */
function streamOf(body: (write: Write) => Promise<void>, left: AbortController): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let pulled: (() => void) | undefined
  return new ReadableStream({
    start(controller) {
      const write: Write = (piece) => {
        if (piece.length === 0 || left.signal.aborted) return undefined
        controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece)
        if ((controller.desiredSize ?? 0) > 0) return undefined
        return new Promise((resolve) => (pulled = resolve))
      }
      body(write).then(
        () => left.signal.aborted || controller.close(),
        (thrown: unknown) => controller.error(thrown),
      )
    },
    pull: () => pulled?.(),
    cancel() {
      left.abort()
      pulled?.()
    },
  })
}
