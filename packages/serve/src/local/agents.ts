import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Failure, type OpenApp } from '@heddle/core'
import { localOperator } from '../cli/call-command.ts'
import type { Caller } from '../http/call-endpoint.ts'
import type { HttpRequest } from '../http/exchange.ts'
import { refuseUpgrade } from '../http/upgrade.ts'
import { CallerWatches } from '../live/watch-callers.ts'
import { UpgradeRequest } from '../live/websocket/upgrade-request.ts'
import type { McpServing } from '../mcp/options.ts'
import type { McpStdio } from '../mcp/stdio/serve-lines.ts'
import { agentProtocol, localCaller, localHeaders } from './protocol.ts'

/**
 * Answers agents that come through the socket by the Model Context Protocol. Their connections become lines of messages, as
 * over standard input and output, so that they find what an agent finds that starts the app itself.
 */
export class LocalAgents {
  readonly #app: OpenApp
  readonly #serving: McpServing
  readonly #watches: CallerWatches
  readonly #open = new Set<McpStdio>()
  #isStopped = false

  constructor(app: OpenApp, serving: McpServing) {
    this.#app = app
    this.#serving = serving
    this.#watches = new CallerWatches(app.ports, (request) => callerOf(request, app))
  }

  /** Takes over the connection of an agent. */
  readonly upgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy())
    this.#serve(incoming, socket, head).catch((thrown: unknown) => {
      this.#app.ports.log.write('error', `an agent could not be served: ${String(thrown)}`)
      socket.destroy()
    })
  }

  /** Settles when all is answered that agents have asked. */
  async drain(): Promise<void> {
    await Promise.all([...this.#open].map((served) => served.drain()))
  }

  /** Ends all connections. Calls that run on them are cancelled. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#watches.stop()
    await Promise.all([...this.#open].map((served) => served.close()))
  }

  async #serve(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const request = UpgradeRequest.of(incoming)
    const watch = await this.#watches.watch(request)
    if (watch instanceof Failure) return refuseUpgrade(incoming, socket, watch)
    // Loaded here: most apps are never asked by an agent.
    const { serveLines } = await import('../mcp/stdio/serve-lines.ts')
    if (this.#isStopped || socket.destroyed) {
      watch.stop()
      return void socket.destroy()
    }
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: ${agentProtocol}\r\n\r\n`)
    if (head.byteLength > 0) socket.unshift(head)
    const operations = this.#serving.operations || request.header(localHeaders.operations) !== undefined
    const served = serveLines(this.#app, watch, { ...this.#serving, operations, input: socket, output: socket })
    this.#open.add(served)
    await served.closed
    this.#open.delete(served)
    watch.stop()
    socket.end(() => socket.destroy())
  }
}

/** Who acts as somebody sees no more than they do, though it is the operator who says so. */
async function callerOf(request: HttpRequest, { ports }: OpenApp): Promise<Caller> {
  const caller = await localCaller(request, ports)
  return caller instanceof Failure ? caller : { ...caller, isOperator: caller.as === localOperator }
}
