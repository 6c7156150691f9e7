import { type RequestId, type Server, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'
import { type AnyFailure, parseDuration, type Ports, type Principal, systemFailure } from '@heddle/core'

/** How sessions are kept. */
export interface SessionsOptions {
  readonly most: number
  readonly idle: string
  /** Makes the server of a new session. */
  readonly createServer: () => Server
}

interface Session {
  readonly owner: string
  readonly transport: WebStandardStreamableHTTPServerTransport
  /** Ends the wait for its end by idleness. */
  cancelIdle: () => void
  /** Requests that are being answered, streams among them. */
  running: number
  usedAt: number
}

/**
 * The sessions of clients that speak a revision before 2026-07-28: what such a client sets (its level of logs, what it
 * subscribes to) holds for its session. A session is its owner's: to others it is not there.
 */
export class Sessions {
  readonly #open = new Map<string, Session>()
  readonly #ports: Ports
  readonly #options: SessionsOptions
  readonly #idleMs: number

  constructor(ports: Ports, options: SessionsOptions) {
    this.#ports = ports
    this.#options = options
    this.#idleMs = parseDuration(options.idle)
  }

  get size(): number {
    return this.#open.size
  }

  /** Answers a request within the session that it names. Undefined where there is none of that name for this caller. */
  async answer(id: string, as: Principal | null, request: Request, parsedBody: unknown): Promise<Response | undefined> {
    const session = this.#open.get(id)
    if (session?.owner !== ownerOf(as)) return undefined
    const response = await this.#within(session, () => session.transport.handleRequest(request, { parsedBody }))
    // What is cancelled gets no answer, so nothing would end the stream that was to bring it.
    const cancelled = cancelledBy(parsedBody)
    if (cancelled !== undefined) session.transport.closeSSEStream(cancelled)
    return response
  }

  /** Begins a session with the request that asks for one. */
  async begin(as: Principal | null, request: Request, parsedBody: unknown): Promise<Response | AnyFailure> {
    if (this.#open.size >= this.#options.most && !this.#endOldest()) {
      return systemFailure('LimitReached', { name: 'mcp.sessions', limit: this.#options.most })
    }
    const id = Buffer.from(this.#ports.random.bytes(24)).toString('base64url')
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      onsessioninitialized: () => void this.#open.set(id, session),
    })
    const session: Session = { owner: ownerOf(as), transport, cancelIdle: () => {}, running: 0, usedAt: 0 }
    const server = this.#options.createServer()
    await server.connect(transport)
    // The server has told its own what it does then; this comes after it.
    const closed = transport.onclose
    transport.onclose = () => {
      closed?.()
      session.cancelIdle()
      this.#open.delete(id)
    }
    const response = await this.#within(session, () => transport.handleRequest(request, { parsedBody }))
    if (!this.#open.has(id)) {
      session.cancelIdle()
      await server.close()
    }
    return response
  }

  /** Ends the streams that only wait for something to tell. Calls that run go on. */
  endStreams(): void {
    for (const { transport } of this.#open.values()) transport.closeStandaloneSSEStream()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ transport }) => transport.close()))
  }

  async #within(session: Session, answer: () => Promise<Response>): Promise<Response> {
    session.running++
    session.cancelIdle()
    const done = () => {
      session.running--
      session.usedAt = this.#ports.clock.now()
      if (session.running === 0) {
        session.cancelIdle = this.#ports.timers.after(this.#idleMs, () => void session.transport.close(), {
          background: true,
        })
      }
    }
    let response: Response
    try {
      response = await answer()
    } catch (thrown) {
      done()
      throw thrown
    }
    if (!response.body) {
      done()
      return response
    }
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    // Whether it ends, breaks off or is left, it is over.
    void response.body
      .pipeTo(writable)
      .catch(() => undefined)
      .finally(done)
    return new Response(readable, response)
  }

  /** Ends the session that nobody has used for the longest time. @returns whether there was one without a request at work */
  #endOldest(): boolean {
    let oldest: Session | undefined
    for (const session of this.#open.values()) {
      if (session.running === 0 && (!oldest || session.usedAt < oldest.usedAt)) oldest = session
    }
    void oldest?.transport.close()
    return oldest !== undefined
  }
}

/** The request that a notification cancels. */
function cancelledBy(message: unknown): RequestId | undefined {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { requestId?: unknown } }
  const id = method === 'notifications/cancelled' ? params?.requestId : undefined
  return typeof id === 'string' || typeof id === 'number' ? id : undefined
}

/** Whose a session is. The key counts, too: a session does not outlive the key that it was begun with. */
const ownerOf = (as: Principal | null): string => JSON.stringify(as && [as.tenant ?? 'main', as.id, as.key ?? null])
