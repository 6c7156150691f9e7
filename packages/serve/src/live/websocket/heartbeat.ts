import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'

/**
 * Asks a client each time whether it is there, and drops it when nothing was heard since the last time: a connection that
 * broke without a word would otherwise hold its place for hours. Who reads slowly is there as long as it reads.
 */
export function heartbeatOf(ws: WebSocket, socket: Socket): () => void {
  let received = -1
  /** What the client had taken of what waits for it; undefined where nothing waited. */
  let taken: number | undefined

  return () => {
    const taking = socket.writableLength > 0 ? socket.bytesWritten - socket.writableLength : undefined
    const isReading = taking !== undefined && taking !== taken
    if (socket.bytesRead === received && !isReading) return ws.terminate()
    received = socket.bytesRead
    taken = taking
    ws.ping()
  }
}
