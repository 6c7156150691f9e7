import type { Readable, Writable } from 'node:stream'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { OpenApp, Principal } from '@heddle/core'
import { localOperator } from '../../cli/call-command.ts'
import { decodeLimits, type DecodeLimits } from '../../decode/limits.ts'
import type { CallerWatch } from '../../live/caller-watch.ts'
import { liveHubOf } from '../../live/create-hub.ts'
import { Catalog } from '../catalog.ts'
import { createServer } from '../create-server.ts'
import type { McpApp } from '../mcp-app.ts'
import type { McpServing } from '../options.ts'
import type { McpSession } from '../session.ts'
import { LineTransport } from './line-transport.ts'
import { StdioListeners } from './stdio-listeners.ts'

/** How an app is served over standard input and output. */
export interface McpStdioOptions extends McpServing, DecodeLimits {
  /**
   * Who calls; `null` is a stranger. A function is asked at each request, for whoever may lose what they hold.
   *
   * @default the operator: whoever starts a process on this machine
   */
  readonly as?: Principal | null | (() => Principal | null)
  /** @default that of the caller */
  readonly tenant?: string
  /** @default the standard input of this process */
  readonly input?: Readable
  /** Nothing else may be written there, log lines above all. @default the standard output of this process */
  readonly output?: Writable
}

/** A connection that is served. */
export interface McpStdio {
  /** Settles when the client has gone, or after `close`. */
  readonly closed: Promise<void>
  close(): Promise<void>
}

/**
 * Serves an app to the one agent that started this process, by the Model Context Protocol over standard input and output.
 *
 * @example
 * const bank = await app('bank', { parts: [transferMoney] }).open()
 * await serveMcpStdio(bank).closed
 */
export function serveMcpStdio(app: McpApp | OpenApp, options: McpStdioOptions = {}): McpStdio {
  const { as = localOperator, tenant, input = process.stdin, output = process.stdout } = options
  const { maxBodyBytes, maxDepth } = { ...decodeLimits, ...options }
  const nowAs = typeof as === 'function' ? as : () => as
  const callerOf = () => ({ as: nowAs(), tenant, isOperator: as === localOperator })
  const watch: CallerWatch = {
    get current() {
      return callerOf()
    },
    refused: undefined,
    onChange: () => () => undefined,
    stop: () => undefined,
  }
  // An app whose calls go to another process pushes nothing here.
  const hub = 'parts' in app ? liveHubOf(app) : undefined
  const live = hub && { hub, watch: () => watch }
  const catalog = new Catalog(app, options)
  const session: McpSession = { catalog, callerOf, ...(live && { live }) }
  const transport = new LineTransport(input, output, { maxBodyBytes, maxDepth })
  const listeners = hub && new StdioListeners({ catalog, hub, caller: watch })
  const make = () => {
    const server = createServer(session)
    listeners?.tellBy(server)
    return server
  }
  const onerror = (error: Error) => app.ports.log.write('debug', `mcp: ${error.message}`)
  const handle = serveStdio(make, { transport, onerror })
  listeners?.hearOn(transport)
  void transport.closed.then(() => listeners?.close())
  return { closed: transport.closed, close: () => handle.close() }
}
