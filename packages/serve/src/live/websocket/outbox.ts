import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'

/** While more than this waits to be sent, nothing more is read: who does not listen is not listened to. */
const mostWaitingBytes = 1024 * 1024

/** What goes out on a connection. Whoever sends much waits while the client reads slower. */
export class Outbox {
  readonly #ws: WebSocket
  readonly #socket: Socket
  readonly #hold: () => () => void
  #drained: Promise<void> | undefined
  #release: (() => void) | undefined

  /** @param hold stops reading from the connection; what it gives goes on with it */
  constructor(ws: WebSocket, socket: Socket, hold: () => () => void) {
    this.#ws = ws
    this.#socket = socket
    this.#hold = hold
  }

  /** Settles when the client has caught up, or is gone; undefined while it is not behind. */
  get behind(): Promise<void> | undefined {
    if (!this.#socket.writableNeedDrain) return undefined
    return (this.#drained ??= this.#wait())
  }

  /** Sends a frame, unless the connection is closing. The promise asks to wait. */
  send(frame: string | Uint8Array): Promise<void> | undefined {
    if (this.#ws.readyState !== this.#ws.OPEN) return undefined
    this.#ws.send(frame)
    if (!this.#socket.writableNeedDrain) return undefined
    if (this.#socket.writableLength > mostWaitingBytes) this.#release ??= this.#hold()
    return this.behind
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      const onEither = () => {
        this.#socket.off('drain', onEither).off('close', onEither)
        this.#drained = undefined
        this.#release?.()
        this.#release = undefined
        resolve()
      }
      this.#socket.on('drain', onEither).on('close', onEither)
    })
  }
}
