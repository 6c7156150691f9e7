import type { FetchLike, Transport } from '@modelcontextprotocol/client'
import type { HttpServer, McpServer } from './options.ts'

/**
 * A new connection's transport. The libraries are loaded by the first one, so that an app that calls no tool never reads them.
 *
 * @param root the folder of the app, where processes are started
 * @param onStderr gets what a process says beside the protocol
 */
export async function transportTo(
  server: McpServer,
  root: string,
  onStderr: (text: string) => void,
): Promise<Transport> {
  if ('url' in server) return httpTransport(server)
  const { StdioClientTransport, getDefaultEnvironment } = await import('@modelcontextprotocol/client/stdio')
  const { command, args = [], env, cwd = root } = server
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: { ...getDefaultEnvironment(), ...env },
    cwd,
    stderr: 'pipe',
  })
  transport.stderr?.on('data', (piece: Buffer) => onStderr(piece.toString()))
  return transport
}

async function httpTransport({ url, headers = {}, auth, allowPrivate = false }: HttpServer): Promise<Transport> {
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client')
  const send: FetchLike = allowPrivate ? fetch : (await import('./public-fetch.ts')).publicFetch
  return new StreamableHTTPClientTransport(new URL(url), {
    ...(auth && { authProvider: auth }),
    fetch: (target, init) => send(target, withHeaders(init, typeof headers === 'function' ? headers() : headers)),
  })
}

/** The protocol's own headers stay as they are. */
function withHeaders(init: RequestInit | undefined, more: Readonly<Record<string, string>>): RequestInit {
  const headers = new Headers(more)
  for (const [name, value] of new Headers(init?.headers)) headers.set(name, value)
  return { ...init, headers }
}
