import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Asked, Driver, ToldOutcome } from '../driver.ts'
import type { People } from '../principals.ts'
import { putTogether } from '../told.ts'

type Piece = Readonly<Record<string, unknown>>

/** One connection, on which calls have numbers. */
class Connection {
  readonly #socket: WebSocket
  readonly #pieces = new Map<unknown, { readonly all: Piece[]; readonly end: () => void }>()
  #last = 0

  constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (frame: Buffer) => {
      const piece = JSON.parse(frame.toString()) as Piece
      const call = this.#pieces.get(piece.id ?? piece.refused)
      call?.all.push(piece)
      if ('value' in piece || 'errors' in piece) call?.end()
    })
  }

  async call(name: string, input: unknown, { tenant, key, timeoutMs, signal }: Asked): Promise<ToldOutcome> {
    const id = ++this.#last
    const all: Piece[] = []
    const ended = new Promise<void>((end) => this.#pieces.set(id, { all, end }))
    this.#send({ id, call: name, input, tenant, key, ...(timeoutMs !== undefined && { timeout: timeoutMs / 1000 }) })
    signal?.addEventListener('abort', () => this.#send({ id, cancel: true }), { once: true })
    await ended
    return putTogether(all)
  }

  #send(frame: object): void {
    this.#socket.send(JSON.stringify(frame))
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }
}

async function connect(url: string, as: string, people: People): Promise<Connection> {
  const address = `${url.replace('http', 'ws')}/_heddle/ws`
  const socket = new WebSocket(address, 'heddle.v1', { headers: people.headers(as) })
  await once(socket, 'open')
  return new Connection(socket)
}

/** Frames over a connection for each caller. */
export const driver: Driver = {
  surface: 'websocket',
  async open({ url, people }) {
    const connections = new Map<string, Promise<Connection>>()
    return {
      async call(name, input, asked) {
        const connection = connections.get(asked.as) ?? connect(url, asked.as, people)
        connections.set(asked.as, connection)
        connection.catch(() => connections.delete(asked.as))
        return (await connection).call(name, input, asked)
      },
      close: () => Promise.all([...connections.values()].map(async (connection) => (await connection).close())),
    }
  },
}
