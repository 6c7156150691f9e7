import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { closeWriterConnection, openWriterConnection, type WriterSettings } from './connection.ts'
import { type Cell, errorCode, Executor } from './executor.ts'
import { Patience } from './patience.ts'
import { type Piece, Pieces } from './pieces.ts'

/** Most messages that are put into one transaction (limit `writer.group`). */
const groupLimit = 1000

const port = parentPort!

type Message = Cell[] | Piece | 'close'

const received = () => receiveMessageOnPort(port)?.message as Message | undefined
const patience = new Patience()
const pieces = new Pieces()

/** What the thread says when its connection is open, or cannot be. */
export type Opened =
  | { readonly opened: true }
  | { readonly opened: false; readonly errorCode: number; readonly text: string }

try {
  const connection = openWriterConnection(workerData as WriterSettings)
  const executor = new Executor(connection)

  port.on('message', (first: Message) => {
    let message: Message | undefined = first
    while (message !== undefined && message !== 'close') {
      const batches: Cell[][] = []
      // Everything that arrived while the last transaction was written shares the next one and its one sync.
      while (message !== undefined && message !== 'close') {
        const batch = Array.isArray(message) ? message : pieces.add(message)
        if (batch) batches.push(batch)
        message = batches.length < groupLimit ? received() : undefined
      }
      if (batches.length === 0) break
      const reply = executor.execute(batches)
      port.postMessage(reply)
      message ??= patience.next(reply.units, received)
    }
    if (message !== 'close') return
    closeWriterConnection(connection)
    port.close()
  })
  port.postMessage({ opened: true } satisfies Opened)
} catch (error) {
  port.postMessage({
    opened: false,
    errorCode: errorCode(error),
    text: String((error as Error).message),
  } satisfies Opened)
  port.close()
}
