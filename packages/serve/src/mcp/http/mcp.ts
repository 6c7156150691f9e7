import { createMcpHandler, isLegacyRequest, PROTOCOL_VERSION_META_KEY } from '@modelcontextprotocol/server'
import { decodeJson, Failure } from '@heddle/core'
import type { KnownCaller } from '../../http/call-endpoint.ts'
import type { PlainEndpoint } from '../../http/endpoint.ts'
import type { Answer, Exchange } from '../../http/exchange.ts'
import type { Mount, MountHost, Mounted } from '../../http/mount.ts'
import { httpDefaults } from '../../http/options.ts'
import { jsonBody } from '../../http/read-input.ts'
import { liveHubOf } from '../../live/create-hub.ts'
import { CallerWatches } from '../../live/watch-callers.ts'
import { Catalog } from '../catalog.ts'
import { createServer } from '../create-server.ts'
import { surfaceName } from '../mcp-call.ts'
import { mcpDefaults, type McpOptions } from '../options.ts'
import { isListen, type ListenRequest } from '../resources/listen.ts'
import type { McpSession } from '../session.ts'
import { admissionOf } from './admission.ts'
import { type Listening, listen } from './listening.ts'
import { protectedResource } from './protected-resource.ts'
import { rpcError } from './rpc-error.ts'
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

/** What is known of a request beside what the SDK gets of it. */
interface Sent {
  readonly exchange: Exchange
  readonly caller: KnownCaller
  readonly method: string | undefined
}

function mountMcp(host: MountHost, options: McpOptions & { readonly path: string }): Mounted {
  const { app, options: served } = host
  const catalog = new Catalog(app, { ...options, commands: servedBy(host, options) })
  const resource = protectedResource(catalog, options, served)
  const admission = admissionOf(host, options, resource)
  const limits = { ...httpDefaults, ...served }
  const watches = new CallerWatches(app.ports, host.callerOf)
  const hub = liveHubOf(app)

  const sent = new WeakMap<Request, Sent>()
  const live =
    hub && ({ hub, watch: ({ http }) => watches.watch(sent.get(http!.req!)!.exchange) } satisfies McpSession['live'])
  const session: McpSession = { catalog, callerOf: ({ http }) => sent.get(http!.req!)!.caller, ...(live && { live }) }
  const modern = createMcpHandler(
    ({ requestInfo }) => createServer(session, requestInfo && sent.get(requestInfo)?.method),
    { legacy: 'reject', onerror: (error) => app.ports.log.write('debug', `mcp: ${error.message}`) },
  )
  const listenings = new Set<Listening>()
  const sessions = new Sessions(app.ports, {
    ...mcpDefaults.sessions,
    ...options.sessions,
    createServer: () => createServer(session),
  })

  const post: PlainEndpoint = {
    kind: 'plain',
    async answer(exchange) {
      const admitted = await admission.admit(exchange)
      if (!('caller' in admitted)) return admitted
      const { caller } = admitted
      const body = await jsonBody(exchange, limits.maxBodyBytes)
      if (body instanceof Failure) return admission.refuse(exchange, body)
      const decoded = decodeJson(body, limits)
      if (!decoded.ok) return rpcError(400, -32_700, `Parse error: ${decoded.errors[0]!.message}`)
      const message = decoded.value as Message
      const method = typeof message?.method === 'string' ? message.method : undefined
      const request = webRequest(exchange)
      sent.set(request, { exchange, caller, method })
      if (!claimsModern(message) && (await isLegacyRequest(request, message))) {
        return inSession(exchange, caller, request, message)
      }
      if (live && isListen(message)) return listenTo(exchange, request, message)
      return answerOf(await modern.fetch(request, { parsedBody: message }), exchange.signal)
    },
  }

  const other: PlainEndpoint = {
    kind: 'plain',
    async answer(exchange) {
      const admitted = await admission.admit(exchange)
      if (!('caller' in admitted)) return admitted
      const request = webRequest(exchange)
      sent.set(request, { exchange, caller: admitted.caller, method: undefined })
      return inSession(exchange, admitted.caller, request, undefined)
    },
  }

  async function inSession(
    exchange: Exchange,
    { as }: KnownCaller,
    request: Request,
    message: Message,
  ): Promise<Answer> {
    const id = exchange.header('mcp-session-id')
    if (id === undefined) {
      if (message?.method !== 'initialize') return rpcError(400, -32_000, 'Begin a session with initialize.')
      const begun = await sessions.begin(as, request, message)
      return begun instanceof Failure ? admission.refuse(exchange, begun) : answerOf(begun, exchange.signal)
    }
    const response = await sessions.answer(id, as, request, message)
    if (!response) return rpcError(404, -32_001, 'Session not found')
    return exchange.method === 'GET' ? whileAllowed(exchange, response) : answerOf(response, exchange.signal)
  }

  /** A stream that waits for something to tell ends for who may no longer be connected. */
  async function whileAllowed(exchange: Exchange, response: Response): Promise<Answer> {
    const caller = await watches.watch(exchange)
    if (caller instanceof Failure) return admission.refuse(exchange, caller)
    const over = new AbortController()
    caller.onChange(() => caller.refused && over.abort())
    return answerOf(response, AbortSignal.any([exchange.signal, over.signal]), () => caller.stop())
  }

  async function listenTo(exchange: Exchange, request: Request, asked: ListenRequest): Promise<Answer> {
    const caller = await watches.watch(exchange)
    if (caller instanceof Failure) return admission.refuse(exchange, caller)
    const listening = await listen({ ...session, live: live! }, caller, request, asked)
    listenings.add(listening)
    return answerOf(listening.response, exchange.signal, () => {
      listenings.delete(listening)
      void listening.close()
    })
  }

  return {
    hosts: options.hosts,
    endpoints: {
      [`POST ${options.path}`]: post,
      [`GET ${options.path}`]: other,
      [`DELETE ${options.path}`]: other,
      ...resource?.endpoints,
    },
    async drain() {
      sessions.endStreams()
      await Promise.all([...listenings].map((listening) => listening.close()))
    },
    async stop() {
      watches.stop()
      await Promise.all([modern.close(), sessions.close()])
    },
  }
}

/** A surface that serves what it lists alone serves no more to agents. */
function servedBy({ options: { commands, routes = {} } }: MountHost, own: McpOptions): McpOptions['commands'] {
  if (commands !== 'routes') return own.commands
  const listed = new Set(Object.values(routes).map(({ name }) => name))
  return (command) => listed.has(command.name) && (own.commands?.(command) ?? true)
}

type Message = { readonly method?: unknown; readonly params?: { readonly _meta?: object } } | undefined

/** What says of itself that it is of the newest revision is no older one's, and need not be looked at further. */
const claimsModern = (message: Message): boolean => {
  const meta = message?.params?._meta
  return typeof meta === 'object' && meta !== null && PROTOCOL_VERSION_META_KEY in meta
}
