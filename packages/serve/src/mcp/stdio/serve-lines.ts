import type { Readable, Writable } from 'node:stream'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { type DecodeLimits, decodeLimits, type OpenApp } from '@heddle/core'
import type { CallerWatch } from '../../live/caller-watch.ts'
import { liveHubOf } from '../../live/create-hub.ts'
import { Catalog } from '../catalog.ts'
import { createServer } from '../create-server.ts'
import type { McpServing } from '../options.ts'
import type { McpSession } from '../session.ts'
import { LineTransport } from './line-transport.ts'
import { StdioListeners } from './stdio-listeners.ts'
import { Unanswered } from './unanswered.ts'

/** Where messages come from and go to, a line each. */
export interface LinesOptions extends McpServing, DecodeLimits {
  readonly input: Readable
  readonly output: Writable
}

/** A connection that is served. */
export interface McpStdio {
  /** Settles when the client has gone or may no longer be connected, or after `close`. */
  readonly closed: Promise<void>
  /** Settles when all that was asked is answered; what is asked from then on is refused. */
  drain(): Promise<void>
  close(): Promise<void>
}

/** Serves an app to one agent by lines of messages, whatever they go through. */
export function serveLines(app: OpenApp, caller: CallerWatch, options: LinesOptions): McpStdio {
  const { maxBodyBytes, maxDepth } = { ...decodeLimits, ...options }
  const hub = liveHubOf(app)
  // It is one caller for the whole connection: what ends on the way does not end the watch over it.
  const watch: CallerWatch = {
    get current() {
      return caller.current
    },
    get refused() {
      return caller.refused
    },
    onChange: (heard) => caller.onChange(heard),
    stop: () => undefined,
  }
  const live = hub && { hub, watch: () => watch }
  const catalog = new Catalog(app, options)
  const session: McpSession = { catalog, callerOf: () => caller.current, ...(live && { live }) }
  const transport = new LineTransport(options.input, options.output, { maxBodyBytes, maxDepth })
  const listeners = hub && new StdioListeners({ catalog, hub, caller: watch })
  const make = () => {
    const server = createServer(session)
    listeners?.tellBy(server)
    return server
  }
  const onerror = (error: Error) => app.ports.log.write('debug', `mcp: ${error.message}`)
  const handle = serveStdio(make, { transport, onerror })
  listeners?.hearOn(transport)
  const unanswered = new Unanswered(transport)
  const forget = caller.onChange(() => {
    if (caller.refused) void handle.close()
  })
  void transport.closed.then(() => {
    forget()
    listeners?.close()
  })
  return {
    closed: transport.closed,
    // Who has gone waits for no answer.
    drain: () => Promise.race([unanswered.drain(), transport.closed]),
    close: () => handle.close(),
  }
}
