import { Server, type ServerCapabilities } from '@modelcontextprotocol/server'
import { callTool } from './call-tool.ts'
import { complete } from './complete.ts'
import { listTools } from './list-tools.ts'
import { getPrompt, listPrompts } from './prompts/serve-prompts.ts'
import { listResources, listTemplates } from './resources/list-resources.ts'
import { readResource } from './resources/read-resource.ts'
import { serveSubscriptions } from './resources/serve-subscriptions.ts'
import type { McpSession } from './session.ts'
import { serveLogLevel } from './told-logs.ts'

type Install = (server: Server, session: McpSession) => void

/** What answers each method. A server of one request takes the one that it needs. */
const installs: Readonly<Record<string, Install>> = {
  'tools/list': (server, session) =>
    server.setRequestHandler('tools/list', ({ params }, ctx) =>
      listTools(session.catalog, session.callerOf(ctx), params?.cursor),
    ),
  'tools/call': (server, session) =>
    server.setRequestHandler('tools/call', (request, ctx) => callTool(server, session, request, ctx)),
  'resources/list': (server, session) =>
    server.setRequestHandler('resources/list', ({ params }, ctx) =>
      listResources(session.catalog, session.callerOf(ctx), params?.cursor),
    ),
  'resources/templates/list': (server, session) =>
    server.setRequestHandler('resources/templates/list', ({ params }, ctx) =>
      listTemplates(session.catalog, session.callerOf(ctx), params?.cursor),
    ),
  'resources/read': (server, session) =>
    server.setRequestHandler('resources/read', ({ params }, ctx) => readResource(session, params.uri, ctx)),
  'resources/subscribe': serveSubscriptions,
  'logging/setLevel': serveLogLevel,
  'prompts/list': (server, session) =>
    server.setRequestHandler('prompts/list', ({ params }, ctx) =>
      listPrompts(session.catalog, session.callerOf(ctx), params?.cursor),
    ),
  'prompts/get': (server, session) =>
    server.setRequestHandler('prompts/get', (request, ctx) => getPrompt(session, request, ctx)),
  'completion/complete': (server, session) =>
    server.setRequestHandler('completion/complete', (request, ctx) => complete(session, request, ctx)),
}

const offered: ServerCapabilities = { tools: {}, resources: {}, prompts: {}, completions: {}, logging: {} }

/**
 * A server of the official SDK that answers from the catalog of an app.
 *
 * @param only the one method that it will be asked for, where that is known
 */
export function createServer(session: McpSession, only?: string): Server {
  const { info, options } = session.catalog
  const { instructions } = options
  const capabilities = session.live ? { ...offered, resources: { subscribe: true } } : offered
  const server = new Server(info, { capabilities, ...(instructions !== undefined && { instructions }) })
  if (only === undefined) for (const install of Object.values(installs)) install(server, session)
  else if (Object.hasOwn(installs, only)) installs[only]!(server, session)
  return server
}
