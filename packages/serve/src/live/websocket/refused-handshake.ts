import type { IncomingMessage } from 'node:http'
import { type AnyFailure, systemFailure } from '@heddle/core'
import type { RefusedUpgrade } from '../../http/upgrade.ts'
import { protocol } from './protocol-server.ts'

/** The one version of the protocol that is spoken (RFC 6455, 4.4). */
const version = '13'

/** A handshake that is refused, and what its answer says besides. */
export interface RefusedHandshake extends RefusedUpgrade {
  readonly failure: AnyFailure
}

/**
 * Why a handshake leads to no connection. The library takes older drafts too, and clients that name no subprotocol: those
 * would learn only later that nothing here is what they expect.
 */
export function refusedHandshake({ headers }: Pick<IncomingMessage, 'headers'>): RefusedHandshake | undefined {
  const asked = headers['sec-websocket-version']
  // What names none at all is no handshake, which the library tells.
  if (asked === undefined) return undefined
  if (asked !== version) {
    const told = { upgrade: 'websocket', connection: 'upgrade, close', 'sec-websocket-version': version }
    return {
      failure: refused(`it speaks version ${asked}: send \`Sec-WebSocket-Version: ${version}\``),
      status: 426,
      headers: told,
    }
  }
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  if (offered.includes(protocol)) return undefined
  return { failure: refused(`it does not offer the subprotocol: send \`Sec-WebSocket-Protocol: ${protocol}\``) }
}

const refused = (reason: string) => systemFailure('MalformedInput', { format: 'WebSocket handshake', reason })
