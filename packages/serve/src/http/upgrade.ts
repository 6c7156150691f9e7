import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Failure, type Ports, systemFailure } from '@heddle/core'
import { changeIncoming, type ChangeRequest } from './change-request.ts'
import { pathOf } from './exchange.ts'
import type { RefusedHost } from './hosts.ts'
import { internalFailure } from './internal-failure.ts'
import type { Upgrade } from './mount.ts'
import { problemAnswer } from './problem.ts'

/** How requests are changed before anything looks at them. */
export interface Changes {
  readonly change: ChangeRequest | undefined
  /** Where a mistake in it is told. */
  readonly ports: Pick<Ports, 'random' | 'log'>
}

/** Hands connections that ask to be upgraded to what is mounted at their path, and refuses the others. */
export function upgradeListener(
  upgrades: Readonly<Record<string, Upgrade>>,
  isDraining: () => boolean,
  changes?: Changes,
  refusedHost?: RefusedHost,
): Upgrade {
  return (incoming, socket, head) => {
    try {
      if (changes?.change) changeIncoming(incoming, changes.change)
    } catch (thrown) {
      return refuseUpgrade(
        incoming,
        socket,
        thrown instanceof Failure ? thrown : internalFailure(changes!.ports, thrown),
      )
    }
    const foreign = refusedHost?.({ headers: { host: incoming.headers.host } })
    if (foreign) return refuseUpgrade(incoming, socket, foreign)
    const path = pathOf(incoming.url!)
    if (!Object.hasOwn(upgrades, path)) return refuseUpgrade(incoming, socket, systemFailure('UnknownPath', { path }))
    if (isDraining()) return refuseUpgrade(incoming, socket, systemFailure('ShuttingDown'))
    upgrades[path]!(incoming, socket, head)
  }
}

/** What the answer to a refused upgrade says beside its problem. */
export interface RefusedUpgrade {
  /** Replaces the status that the failure gives. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers in place of an upgrade, with a problem, and closes the connection. */
export function refuseUpgrade(
  incoming: IncomingMessage,
  socket: Duplex,
  failure: Parameters<typeof problemAnswer>[0][number],
  more: RefusedUpgrade = {},
): void {
  const { status, headers, body } = problemAnswer([failure], { instance: pathOf(incoming.url!), status: more.status })
  const length = String(Buffer.byteLength(body as string))
  const told = { ...headers, 'content-length': length, connection: 'close', ...more.headers }
  const lines = Object.entries(told).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.on('error', () => socket.destroy())
  // A client that never closes its own side would keep its place for good.
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body as string}`)
}
