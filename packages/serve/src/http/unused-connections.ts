import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Keeps in mind on which connections nothing was asked yet. Node does not count them among the idle ones, so that a server
 * that closes would wait for them until their headers are due: clients open some in advance, and leave them.
 *
 * @returns closes those of which not a byte has come
 */
export function unusedConnections(server: Server): () => void {
  const unused = new Set<Socket>()
  const isUsed = ({ socket }: IncomingMessage) => void unused.delete(socket)
  server.on('connection', (socket: Socket) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  server.on('request', isUsed).on('upgrade', isUsed)
  return () => {
    for (const socket of unused) if (socket.bytesRead === 0) socket.destroy()
  }
}
