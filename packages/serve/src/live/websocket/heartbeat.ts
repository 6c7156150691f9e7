import type { Socket } from 'node:net'
import type { Cancel, Timers } from '@heddle/core'
import type { WebSocket } from 'ws'

/** A connection that is looked after, and what had passed over it when it was last looked at. */
interface Watched {
  readonly ws: WebSocket
  readonly socket: Socket
  received: number
  /** What the client had taken of what waits for it; undefined where nothing waited. */
  taken: number | undefined
}

/**
 * Asks each client from time to time whether it is there, and drops those of whom nothing was heard since the last time: a
 * connection that broke without a word would otherwise hold its place for hours. Who reads slowly is there as long as it reads.
 */
export class Heartbeat {
  readonly #timers: Timers
  readonly #everyMs: number
  readonly #watched = new Set<Watched>()
  #cancel: Cancel | undefined

  constructor(timers: Timers, everyMs: number) {
    this.#timers = timers
    this.#everyMs = everyMs
  }

  /** @returns the way to stop */
  watch(ws: WebSocket, socket: Socket): () => void {
    // A client that has just connected has been heard of.
    const watched: Watched = { ws, socket, received: -1, taken: undefined }
    this.#watched.add(watched)
    this.#arm()
    return () => void this.#watched.delete(watched)
  }

  stop(): void {
    this.#cancel?.()
    this.#watched.clear()
  }

  #arm(): void {
    this.#cancel ??= this.#timers.after(this.#everyMs, () => this.#beat(), { background: true })
  }

  #beat(): void {
    this.#cancel = undefined
    for (const watched of this.#watched) look(watched)
    if (this.#watched.size > 0) this.#arm()
  }
}

function look(watched: Watched): void {
  const { ws, socket } = watched
  const taken = socket.writableLength > 0 ? socket.bytesWritten - socket.writableLength : undefined
  const isHeard = socket.bytesRead !== watched.received
  const isReading = taken !== undefined && taken !== watched.taken
  if (!isHeard && !isReading) return ws.terminate()
  watched.received = socket.bytesRead
  watched.taken = taken
  ws.ping()
}
