import { createMcpHandler, isLegacyRequest, PROTOCOL_VERSION_META_KEY } from '@modelcontextprotocol/server'
import { type AnyFailure, Failure, systemFailure } from '@heddle/core'
import { addressReader } from '../../access/address.ts'
import { createRateLimits } from '../../access/rate-limits.ts'
import { decodeJson } from '../../decode/decode-json.ts'
import type { KnownCaller } from '../../http/call-endpoint.ts'
import type { PlainEndpoint } from '../../http/endpoint.ts'
import { type Answer, type Exchange, pathOf } from '../../http/exchange.ts'
import type { Mount, MountHost, Mounted } from '../../http/mount.ts'
import { httpDefaults } from '../../http/options.ts'
import { problemAnswer } from '../../http/problem.ts'
import { jsonBody } from '../../http/read-input.ts'
import { surfaceName } from '../mcp-call.ts'
import { Catalog } from '../catalog.ts'
import { createServer } from '../create-server.ts'
import { mcpDefaults, type McpOptions } from '../options.ts'
import type { McpSession } from '../session.ts'
import { refusedPage } from './guard-page.ts'
import { protectedResource } from './protected-resource.ts'
import { Sessions } from './sessions.ts'
import { answerOf, webRequest } from './web-request.ts'

/**
 * Serves the app to agents by the Model Context Protocol, over Streamable HTTP: each command that a caller may call is a
 * tool. It speaks the revision 2026-07-28, which knows no sessions, and those before it, with sessions.
 *
 * @example
 * app('bank', { parts: [bank, http({ authenticate: apiKeys(), mounts: [mcp()] })] })
 */
export function mcp(options: McpOptions = {}): Mount {
  const path = options.path ?? mcpDefaults.path
  return {
    name: surfaceName,
    describe: () => ({ path }),
    mount: (host) => mountMcp(host, { ...options, path }),
  }
}

/** A request that is known to be for us: who sends it, and what is in it. */
interface Admitted {
  readonly exchange: Exchange
  readonly caller: KnownCaller
}

function mountMcp(host: MountHost, options: McpOptions & { readonly path: string }): Mounted {
  const { app, options: served } = host
  const { ports } = app
  const catalog = new Catalog(app, options)
  const resource = protectedResource(catalog, options, served)
  const needsSignIn = (options.signIn ?? (resource ? 'required' : 'optional')) === 'required'
  const limits = { ...httpDefaults, ...served }
  const guard = { hosts: options.hosts ?? [], origins: options.origins ?? [], cors: served.cors }
  const rateLimits = served.rateLimits ?? []
  const rates =
    rateLimits.length > 0 ? createRateLimits(rateLimits, ports, addressReader(served.trustedProxies ?? [])) : undefined

  const callers = new WeakMap<Request, KnownCaller>()
  const methods = new WeakMap<Request, string>()
  const session: McpSession = {
    catalog,
    callerOf: ({ http }) => callers.get(http!.req!)!,
  }
  const onerror = (error: Error) => ports.log.write('debug', `mcp: ${error.message}`)
  const modern = createMcpHandler(({ requestInfo }) => createServer(session, requestInfo && methods.get(requestInfo)), {
    legacy: 'reject',
    onerror,
  })
  const sessions = new Sessions(ports, {
    ...mcpDefaults.sessions,
    ...options.sessions,
    createServer: () => createServer(session),
  })

  /** Lets a request in, or answers why not. */
  async function admit(exchange: Exchange): Promise<Admitted | Answer> {
    const page = refusedPage(exchange, guard)
    if (page) return refuse(exchange, page)
    const standing = rates?.(exchange)
    const tooManySent = await standing?.countSender()
    if (tooManySent) return refuse(exchange, tooManySent, standing?.headers())
    const caller = await host.callerOf(exchange)
    if (caller instanceof Failure) return refuse(exchange, caller)
    if (needsSignIn && !caller.as) return refuse(exchange, systemFailure('Unauthenticated'))
    const tooMany = await standing?.countCaller(caller.as)
    if (tooMany) return refuse(exchange, tooMany, standing?.headers())
    return { exchange, caller }
  }

  function refuse(exchange: Exchange, failure: AnyFailure, headers?: Record<string, string>): Answer {
    const isKnown = failure.code === 'Unauthenticated'
    const challenge = resource?.challenge(exchange, isKnown ? undefined : failure.message) ?? served.challenge
    const answer = problemAnswer([failure], { instance: pathOf(exchange.url), challenge })
    return headers ? { ...answer, headers: { ...answer.headers, ...headers } } : answer
  }

  const post: PlainEndpoint = {
    kind: 'plain',
    async answer(exchange) {
      const admitted = await admit(exchange)
      if (!('caller' in admitted)) return admitted
      const body = await jsonBody(exchange, limits.maxBodyBytes)
      if (body instanceof Failure) return refuse(exchange, body)
      const decoded = decodeJson(body, limits)
      if (!decoded.ok) return unreadable(decoded.errors[0]!)
      const request = webRequest(exchange)
      callers.set(request, admitted.caller)
      const message = decoded.value as Message
      if (typeof message?.method === 'string') methods.set(request, message.method)
      if (claimsModern(message) || !(await isLegacyRequest(request, message))) {
        return answerOf(await modern.fetch(request, { parsedBody: message }), exchange)
      }
      return inSession(admitted, request, message)
    },
  }

  const other: PlainEndpoint = {
    kind: 'plain',
    async answer(exchange) {
      const admitted = await admit(exchange)
      if (!('caller' in admitted)) return admitted
      const request = webRequest(exchange)
      callers.set(request, admitted.caller)
      return inSession(admitted, request, undefined)
    },
  }

  async function inSession({ exchange, caller }: Admitted, request: Request, message: Message): Promise<Answer> {
    const id = exchange.header('mcp-session-id')
    if (id === undefined) {
      if (message?.method !== 'initialize') return rpcError(400, -32_000, 'Begin a session with initialize.')
      const begun = await sessions.begin(caller.as, request, message)
      return begun instanceof Failure ? refuse(exchange, begun) : answerOf(begun, exchange)
    }
    const response = await sessions.answer(id, caller.as, request, message)
    return response ? answerOf(response, exchange) : rpcError(404, -32_001, 'Session not found')
  }

  return {
    endpoints: {
      [`POST ${options.path}`]: post,
      [`GET ${options.path}`]: other,
      [`DELETE ${options.path}`]: other,
      ...resource?.endpoints,
    },
    drain: () => sessions.endStreams(),
    async stop() {
      await Promise.all([modern.close(), sessions.close()])
    },
  }
}

type Message = { readonly method?: unknown; readonly params?: { readonly _meta?: object } } | undefined

/** What says of itself that it is of the newest revision is no older one's, and need not be looked at further. */
const claimsModern = (message: Message): boolean => {
  const meta = message?.params?._meta
  return typeof meta === 'object' && meta !== null && PROTOCOL_VERSION_META_KEY in meta
}

const unreadable = (failure: AnyFailure) => rpcError(400, -32_700, `Parse error: ${failure.message}`)

function rpcError(status: number, code: number, message: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null }),
  }
}
