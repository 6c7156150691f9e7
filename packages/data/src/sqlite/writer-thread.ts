import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { closeWriterConnection, openWriterConnection, type WriterSettings } from './connection.ts'
import { type Cell, errorCode, Executor } from './executor.ts'

/** Most messages that are put into one transaction (limit `writer.group`). */
const groupLimit = 1000

const port = parentPort!

/** What the thread says when its connection is open, or cannot be. */
export type Opened =
  | { readonly opened: true }
  | { readonly opened: false; readonly errorCode: number; readonly text: string }

try {
  const connection = openWriterConnection(workerData as WriterSettings)
  const executor = new Executor(connection)

  port.on('message', (first: Cell[] | 'close') => {
    const batches: Cell[][] = []
    let message: Cell[] | 'close' | undefined = first
    // Everything that arrived while the last transaction was written shares the next one and its one sync.
    while (message !== undefined && message !== 'close') {
      batches.push(message)
      message =
        batches.length < groupLimit ? (receiveMessageOnPort(port)?.message as Cell[] | 'close' | undefined) : undefined
    }
    if (batches.length > 0) port.postMessage(executor.execute(batches))
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
