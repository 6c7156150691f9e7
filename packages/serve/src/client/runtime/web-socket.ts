import type { Attempt, Context, OpenTransport, Piece, Pushed, Transport, Wanted } from './context.ts'
import { toJsonText } from './body.ts'
import { clientFailure, failureOf } from './failures.ts'
import { later } from './host.ts'
import { mistakeIn } from './open.ts'
import { graceMs } from './over-http.ts'
import { Inbox } from './inbox.ts'

/** How a client uses a WebSocket. */
export interface WebSocketOptions {
  /** @default '/_heddle/ws' */
  readonly path?: string
  /** In place of the platform's, e.g. of the package `ws` on Node 20. */
  readonly WebSocket?: new (url: string, protocol: string) => SocketLike
}

/** What is used of a WebSocket. */
export interface SocketLike {
  send(text: string): void
  close(): void
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
}

type Frame = Readonly<Record<string, unknown>>

/** An open connection, and what is told on it by the ids of those who asked. */
interface Connected {
  readonly socket: SocketLike
  readonly inboxes: Map<number, Inbox<Frame>>
}

/**
 * Calls and subscribes over one connection (`webSocket()` among the mounts of the server), which is opened by the first call
 * and again after it broke. Files go over HTTP.
 *
 * @example createClient({ url, transport: webSocket() })
 */
export const webSocket = (options: WebSocketOptions = {}): Transport => ({
  open: (context) => new SocketTransport(context, options),
})

class SocketTransport implements OpenTransport {
  readonly #context: Context
  readonly #options: WebSocketOptions
  #opening: Promise<Connected> | undefined
  #lastId = 0

  constructor(context: Context, options: WebSocketOptions) {
    this.#context = context
    this.#options = options
  }

  async *pieces({
    command,
    input,
    key,
    leftMs,
    tellsTimeout,
    signal,
    tenant,
  }: Attempt): AsyncGenerator<Piece, void, void> {
    const timeout = tellsTimeout ? leftMs / 1000 : undefined
    try {
      for await (const frame of this.#asked({ call: command.name, input, key, timeout, tenant }, signal, leftMs)) {
        yield frame as unknown as Piece
        if ('value' in frame || 'errors' in frame) return
      }
      yield { errors: [clientFailure('Unavailable', { reason: 'the connection broke off' })] }
    } catch (cause) {
      yield { errors: [failureOf(cause)] }
    }
  }

  async *subscribe(wanted: Wanted, last: string | undefined, signal: AbortSignal): AsyncGenerator<Pushed, void, void> {
    const frame = { subscribe: wanted, last, tenant: this.#context.options.tenant }
    for await (const { at, ...told } of this.#asked(frame, signal, Infinity)) {
      yield ('errors' in told ? told : { id: at, ...told }) as unknown as Pushed
      if ('errors' in told) return
    }
  }

  close(): void {
    void this.#opening?.then(({ socket }) => socket.close(), ignore)
  }

  /** The next one who asks opens another connection; this one closes behind the last call on it. */
  reset(): void {
    const opening = this.#opening
    this.#opening = undefined
    void opening?.then(closeUnused, ignore)
  }

  /** What is told of one id, until nobody asks any more or the connection breaks. */
  async *#asked(frame: Frame, signal: AbortSignal | undefined, leftMs: number): AsyncGenerator<Frame, void, void> {
    const opening = this.#open()
    const connected = await opening
    const { socket, inboxes } = connected
    const id = ++this.#lastId
    const inbox = new Inbox<Frame>()
    let isOver = false
    const end = (code: 'Cancelled' | 'DeadlineExceeded') => inbox.put({ errors: [clientFailure(code)] })
    const cancel = () => end('Cancelled')
    const stop = leftMs === Infinity ? undefined : later(leftMs + graceMs, () => end('DeadlineExceeded'))
    signal?.addEventListener('abort', cancel)
    if (signal?.aborted) cancel()
    inboxes.set(id, inbox)
    try {
      socket.send(toJsonText({ id, ...frame }))
      for (let told = await inbox.next(); told; told = await inbox.next()) {
        const { id: _, ...rest } = told
        // What this side ends has no id, and the server has to be told.
        isOver = told['id'] !== undefined && ('errors' in rest || ('value' in rest && !('at' in rest)))
        yield rest
      }
      isOver = true
    } finally {
      stop?.()
      signal?.removeEventListener('abort', cancel)
      inboxes.delete(id)
      if (!isOver) socket.send(JSON.stringify({ id, cancel: true }))
      if (this.#opening !== opening) closeUnused(connected)
    }
  }

  #open(): Promise<Connected> {
    if (this.#opening) return this.#opening
    const forget = () => {
      if (this.#opening === opening) this.#opening = undefined
    }
    const opening = this.#connect(forget).catch((cause: unknown) => {
      forget()
      throw cause
    })
    return (this.#opening = opening)
  }

  async #connect(forget: () => void): Promise<Connected> {
    const mistake = mistakeIn(this.#context.url, {})
    if (mistake) throw mistake
    const authorization = await this.#context.authorize(false)
    const { path = '/_heddle/ws', WebSocket: Socket = WebSocket } = this.#options
    const socket: SocketLike = new Socket(this.#context.url.replace(/^http/, 'ws') + path, 'heddle.v1')
    const inboxes: Connected['inboxes'] = new Map()
    return new Promise((resolve, reject) => {
      let isRenewed = false
      const open = () => resolve({ socket, inboxes })
      // Nothing is asked before it is known who asks. Credentials that are refused are asked for once more.
      const signedIn = async (frame: Frame) => {
        if (frame['principal'] !== null && frame['refused'] === undefined) return open()
        const renewed = isRenewed ? undefined : await this.#context.authorize(true)
        isRenewed = true
        if (renewed === undefined) open()
        else socket.send(JSON.stringify({ authorization: renewed }))
      }
      socket.onopen = () => {
        if (authorization === undefined) open()
        else socket.send(JSON.stringify({ authorization }))
      }
      socket.onmessage = ({ data }: { readonly data: unknown }) => {
        if (typeof data !== 'string') return
        const frame = JSON.parse(data) as Frame
        if (typeof frame['id'] === 'number') inboxes.get(frame['id'])?.put(frame)
        else signedIn(frame).catch(reject)
      }
      socket.onerror = () => reject(new Error('the connection could not be opened'))
      socket.onclose = () => {
        reject(new Error('the connection was closed'))
        forget()
        for (const inbox of inboxes.values()) inbox.end()
      }
    })
  }
}

/** Closes a connection on which nobody waits any more. */
const closeUnused = ({ socket, inboxes }: Connected) => void (inboxes.size === 0 && socket.close())

const ignore = () => undefined
