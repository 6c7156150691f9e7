import { request as httpRequest } from 'node:http'
import type { Duplex } from 'node:stream'
import { type AnyFailure, failed, type Outcome, type Principal, success, systemFailure } from '@heddle/core'
import { readProblem } from './call-locally.ts'
import { agentPath, agentProtocol, formatCaller, localHeaders } from './protocol.ts'

/** Who an agent acts as. */
export interface AgentOptions {
  /** A principal, the id of one that is kept, or nobody. @default the operator */
  readonly as?: Principal | string | null
  /** @default that of the principal */
  readonly tenant?: string
  /** Also serve the commands that operate the app. @default what the app says */
  readonly operations?: boolean
}

/**
 * Connects an agent with the process that owns a data folder: what it writes and reads are messages of the Model Context
 * Protocol, one on each line. Never rejects: without an answer it is `Unavailable`.
 *
 * @param socketPath see `localSocketPath`
 */
export function connectAgent(
  socketPath: string,
  { as, tenant, operations = false }: AgentOptions = {},
): Promise<Outcome<Duplex, AnyFailure>> {
  const headers = {
    connection: 'Upgrade',
    upgrade: agentProtocol,
    ...(as !== undefined && { [localHeaders.as]: formatCaller(as) }),
    ...(tenant !== undefined && { [localHeaders.tenant]: encodeURIComponent(tenant) }),
    ...(operations && { [localHeaders.operations]: 'true' }),
  }
  return new Promise((resolve) => {
    const lost = (cause: unknown) =>
      resolve(failed([systemFailure('Unavailable', { what: `The process at ${socketPath}` }, { cause })]))
    httpRequest({ socketPath, path: agentPath, headers, agent: false })
      .once('upgrade', (_answer, socket, head) => {
        socket.on('error', () => socket.destroy())
        if (head.byteLength > 0) socket.unshift(head)
        resolve(success(socket))
      })
      .once('response', (answer) => {
        answer.setEncoding('utf8')
        readProblem(answer).then(resolve, lost)
      })
      .once('error', lost)
      .end()
  })
}
