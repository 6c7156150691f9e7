import { once } from 'node:events'
import { WebSocket } from 'ws'

/** What a server said, parsed. */
export type Told = Readonly<Record<string, unknown>>

/** A client of the frames of `webSocket()`, as thin as can be: tests look at what goes over the wire. */
export class LiveClient implements AsyncDisposable {
  readonly ws: WebSocket
  /** All text frames so far. */
  readonly told: Told[] = []
  /** Binary frames so far. */
  readonly bytes: Buffer[] = []
  readonly closed: Promise<number>
  /** Is told each text frame; `onBytes` each binary one, in place of `bytes`. */
  onFrame: ((told: Told) => void) | undefined
  onBytes: ((frame: Buffer) => void) | undefined
  readonly #watchers = new Set<() => void>()

  constructor(ws: WebSocket) {
    this.ws = ws
    this.closed = new Promise((resolve) => ws.once('close', resolve))
    ws.on('error', () => undefined)
    ws.on('message', (frame: Buffer, isBinary: boolean) => {
      if (isBinary && this.onBytes) return this.onBytes(frame)
      if (isBinary) this.bytes.push(frame)
      else {
        const told = JSON.parse(frame.toString()) as Told
        this.told.push(told)
        this.onFrame?.(told)
      }
      this.look()
    })
  }

  static async connect(url: string, options: ConstructorParameters<typeof WebSocket>[2] = {}): Promise<LiveClient> {
    const ws = new WebSocket(`${url.replace('http', 'ws')}/_heddle/ws`, 'heddle.v1', options)
    const client = new LiveClient(ws)
    await once(ws, 'open')
    return client
  }

  send(frame: object | string): void {
    this.ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  /** Sends a piece of a file; none ends it. */
  sendBytes(number: number, piece: Uint8Array = new Uint8Array()): void {
    const head = Buffer.alloc(4)
    head.writeUInt32BE(number)
    this.ws.send(Buffer.concat([head, piece]))
  }

  /** The first frame that fits, of those that came or will. */
  find(fits: (told: Told) => boolean): Promise<Told> {
    return this.when(() => this.told.find(fits))
  }

  /** What is found, as soon as it is. */
  when<Found>(look: () => Found | undefined): Promise<Found> {
    return new Promise((resolve) => {
      const watcher = () => {
        const found = look()
        if (found === undefined) return
        this.#watchers.delete(watcher)
        resolve(found)
      }
      this.#watchers.add(watcher)
      watcher()
    })
  }

  /** Looks again for what is waited for. */
  look(): void {
    for (const look of this.#watchers) look()
  }

  /** How what was asked under an id ends. */
  end(id: unknown): Promise<Told> {
    return this.find((told) => told.id === id && ('value' in told || 'errors' in told) && !('at' in told))
  }

  /** Calls, and gives how it ends. */
  async call(id: number | string, call: string, input?: unknown, more: object = {}): Promise<Told> {
    this.send({ id, call, input, ...more })
    return this.end(id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ws.terminate()
    await this.closed
  }
}

/** The codes and paths of the errors of a frame. */
export const codesOf = ({ errors }: Told): string[] =>
  (errors as { code: string; path: string[] }[]).map(({ code, path }) => [code, ...path].join(' '))
