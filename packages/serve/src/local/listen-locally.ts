import { chmodSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Defect, type OpenApp } from '@heddle/core'
import { createHandler } from '../http/handler.ts'
import { nodeListener } from '../http/node-listener.ts'
import { createNodeServer, listen } from '../http/node-server.ts'
import { upgradeListener } from '../http/upgrade.ts'
import { stateEndpoints } from '../http/state-endpoints.ts'
import type { McpServing } from '../mcp/options.ts'
import { LocalAgents } from './agents.ts'
import { agentPath, localCaller } from './protocol.ts'
import { localSocketPath } from './socket-path.ts'

/** What goes through the socket is the operator's own. */
const maxBodyBytes = 64 * 1024 * 1024

/** A listening socket. */
export interface LocalListener {
  readonly path: string
  /** Takes no more calls and waits for those that run. */
  drain(): Promise<void>
  /** Frees the socket. */
  close(): Promise<void>
}

/**
 * Listens for calls of other processes of the same user on the socket of a data folder, and for their agents. Only the owner of
 * the folder may do this: a socket that is left over from a dead process is replaced.
 *
 * @param serving what agents are served
 * @throws {Defect} PortInUse, when another process answers there
 */
export async function listenLocally(app: OpenApp, folder: string, serving: McpServing = {}): Promise<LocalListener> {
  const path = localSocketPath(folder)
  const plain = stateEndpoints(app)
  const handler = createHandler(
    app,
    { maxBodyBytes },
    {
      surface: 'local',
      plain,
      principalOf: (exchange) => localCaller(exchange, app.ports),
    },
  )
  let draining = false
  const server = createNodeServer(
    nodeListener(handler, app.ports, () => draining),
    {},
    app.ports.timers,
  )
  const agents = new LocalAgents(app, serving)
  const upgrade = upgradeListener({ [agentPath]: agents.upgrade }, () => draining)
  /** Connections on which calls are made. */
  const calling = new Set<Duplex>()
  server.on('connection', (socket: Socket) => {
    calling.add(socket)
    socket.once('close', () => calling.delete(socket))
  })
  server.on('upgrade', (incoming, socket, head) => {
    calling.delete(socket)
    upgrade(incoming, socket, head)
  })
  try {
    await listenPrivately(server, path)
  } catch (thrown) {
    if (!(thrown instanceof Defect && thrown.code === 'PortInUse') || (await isAnswered(path))) throw thrown
    rmSync(path, { force: true })
    await listenPrivately(server, path)
  }

  async function drain(): Promise<void> {
    draining = true
    // Closing also removes the socket's file.
    if (server.listening) server.close()
    const left = [...calling].map((socket) => new Promise((resolve) => socket.once('close', resolve)))
    await Promise.all([...left, agents.drain()])
  }

  return {
    path,
    drain,
    async close() {
      server.closeAllConnections()
      await agents.stop()
      await drain()
    },
  }
}

/** Whether a process listens at a socket. */
export function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const end = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}

/** The socket is never open to others, not even between its making and a change of its mode. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  const mask = process.umask(0o177)
  try {
    // The socket is made before `listen` returns its promise.
    const listening = listen(server, { path }, path)
    process.umask(mask)
    await listening
  } finally {
    process.umask(mask)
  }
  if (process.platform !== 'win32') chmodSync(path, 0o600)
}
