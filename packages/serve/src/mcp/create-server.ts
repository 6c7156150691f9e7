import { Server } from '@modelcontextprotocol/server'
import { callTool } from './call-tool.ts'
import { listTools } from './list-tools.ts'
import type { McpSession } from './session.ts'

type Install = (server: Server, session: McpSession) => void

/** What answers each method. A server of one request takes the one that it needs. */
const installs: Readonly<Record<string, Install>> = {
  'tools/list': (server, session) =>
    server.setRequestHandler('tools/list', ({ params }, ctx) =>
      listTools(session.catalog, session.callerOf(ctx), params?.cursor),
    ),
  'tools/call': (server, session) =>
    server.setRequestHandler('tools/call', (request, ctx) => callTool(server, session, request, ctx)),
}

/**
 * A server of the official SDK that answers from the catalog of an app.
 *
 * @param only the one method that it will be asked for, where that is known
 */
export function createServer(session: McpSession, only?: string): Server {
  const { info, options } = session.catalog
  const server = new Server(info, {
    capabilities: { tools: {} },
    ...(options.instructions !== undefined && { instructions: options.instructions }),
  })
  if (only === undefined) for (const install of Object.values(installs)) install(server, session)
  else if (Object.hasOwn(installs, only)) installs[only]!(server, session)
  return server
}
