import type { Readable, Writable } from 'node:stream'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { Principal } from '@heddle/core'
import { localOperator } from '../../cli/call-command.ts'
import { decodeLimits, type DecodeLimits } from '../../decode/limits.ts'
import { Catalog } from '../catalog.ts'
import { createServer } from '../create-server.ts'
import type { McpApp } from '../mcp-app.ts'
import type { McpServing } from '../options.ts'
import { LineTransport } from './line-transport.ts'

/** How an app is served over standard input and output. */
export interface McpStdioOptions extends McpServing, DecodeLimits {
  /** Who calls; `null` is a stranger. @default the operator: whoever starts a process on this machine */
  readonly as?: Principal | null
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
export function serveMcpStdio(app: McpApp, options: McpStdioOptions = {}): McpStdio {
  const { as = localOperator, tenant, input = process.stdin, output = process.stdout } = options
  const { maxBodyBytes, maxDepth } = { ...decodeLimits, ...options }
  const catalog = new Catalog(app, options)
  const caller = { as, tenant, isOperator: as === localOperator }
  const transport = new LineTransport(input, output, { maxBodyBytes, maxDepth })
  const handle = serveStdio(() => createServer({ catalog, callerOf: () => caller }), {
    transport,
    onerror: (error) => app.ports.log.write('debug', `mcp: ${error.message}`),
  })
  return { closed: transport.closed, close: () => handle.close() }
}
