import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type AnyFailure, Failure, parseDuration, systemFailure } from '@heddle/core'
import type { WebSocket } from 'ws'
import { addressReader } from '../../access/address.ts'
import { createRateLimits } from '../../access/rate-limits.ts'
import { originOf, refusedOrigin } from '../../http/allowed-origin.ts'
import { refusalCounter } from '../../http/count-refusals.ts'
import type { HttpRequest } from '../../http/exchange.ts'
import { internalFailure } from '../../http/internal-failure.ts'
import type { Mount, Mounted, MountHost } from '../../http/mount.ts'
import { httpDefaults } from '../../http/options.ts'
import { type RefusedUpgrade, refuseUpgrade } from '../../http/upgrade.ts'
import type { CallerWatch } from '../caller-watch.ts'
import { liveHubOf } from '../create-hub.ts'
import { Heartbeats } from '../heartbeats.ts'
import { CallerWatches } from '../watch-callers.ts'
import { Connection, type ConnectionSetup } from './connection.ts'
import { heartbeatOf } from './heartbeat.ts'
import { type WebSocketLimits, webSocketLimits } from './limits.ts'
import { protocol, protocolServer } from './protocol-server.ts'
import { refusedHandshake } from './refused-handshake.ts'
import { servedCommands } from './served.ts'
import { UpgradeRequest } from './upgrade-request.ts'

/** How an app is served over WebSocket. */
export interface WebSocketOptions extends WebSocketLimits {
  /** The surface that its calls say they came by. @default 'websocket' */
  readonly name?: string
  /** @default '/_heddle/ws' */
  readonly path?: string
  /** How often it is looked whether a client is still there; one that gives no sign until the next time is dropped. @default '15s' */
  readonly heartbeat?: string
}

/**
 * Serves the commands of an app over WebSocket (RFC 6455), on the address and for the callers of an HTTP surface: calls with
 * items and progress, subscriptions, files. The frames are told in docs/live.md.
 *
 * @example app('bank', { parts: [bank, http({ authenticate, mounts: [webSocket()] })] })
 */
export function webSocket(options: WebSocketOptions = {}): Mount {
  const { name = 'websocket', path = '/_heddle/ws', heartbeat = '15s' } = options
  const heartbeatMs = parseDuration(heartbeat)
  return {
    name,
    describe: () => ({ path, protocol }),
    mount: (host) => mountAt(host, { name, path, heartbeatMs, limits: { ...webSocketLimits, ...options } }),
  }
}

interface Wanted {
  readonly name: string
  readonly path: string
  readonly heartbeatMs: number
  readonly limits: Required<WebSocketLimits>
}

function mountAt({ app, options, callerOf }: MountHost, { name, path, heartbeatMs, limits }: Wanted): Mounted {
  const { rateLimits = [], trustedProxies = [], cors, maxBodyBytes, maxDepth } = { ...httpDefaults, ...options }
  const { ports } = app
  const rates = rateLimits.length > 0 ? createRateLimits(rateLimits, ports, addressReader(trustedProxies)) : undefined
  const heartbeats = new Heartbeats(ports.timers, heartbeatMs)
  const setup: ConnectionSetup = {
    app,
    surface: name,
    // A frame is an object around an input.
    limits: { ...limits, maxBodyBytes, maxDepth: maxDepth + 1 },
    find: servedCommands(app, options),
    hub: () => liveHubOf(app),
    identify,
    heartbeats,
    rates,
    countRefusal: refusalCounter(app, name),
  }
  const server = protocolServer(maxBodyBytes)
  const callers = new CallerWatches(ports, callerOf)
  const connections = new Map<WebSocket, Connection>()
  /** Those that are let in and not yet here count too. */
  let places = 0
  let isDraining = false
  let onEmpty: (() => void) | undefined

  function refuse(incoming: IncomingMessage, socket: Duplex, failure: AnyFailure, more?: RefusedUpgrade): void {
    setup.countRefusal(failure)
    refuseUpgrade(incoming, socket, failure, more)
  }

  async function admit(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const asked = UpgradeRequest.of(incoming)
    const foreign = refusedOrigin(asked, cors)
    if (foreign) return refuse(incoming, socket, foreign)
    const refused = refusedHandshake(incoming)
    if (refused) return refuse(incoming, socket, refused.failure, refused)
    if (places >= limits.maxConnections) {
      const failure = systemFailure('LimitReached', { limit: limits.maxConnections, name: 'live.connections' })
      return refuse(incoming, socket, failure)
    }
    places++
    const free = () => void (--places === 0 && onEmpty?.())
    // A page of another origin may connect and not use what the browser adds for it, as for any other request.
    const request = originOf(asked, cors) === 'own' || cors?.credentials ? asked : asked.withoutCredentials()
    const ignore = () => undefined
    socket.on('error', ignore)
    const caller = await identify(request)
    socket.off('error', ignore)
    if (caller instanceof Failure) {
      free()
      return refuse(incoming, socket, caller)
    }
    if (isDraining) {
      free()
      caller.stop()
      return refuse(incoming, socket, systemFailure('ShuttingDown'))
    }
    let opened: WebSocket | undefined
    server.handleUpgrade(incoming, socket, head, (ws) => {
      opened = ws
      const stopBeating = heartbeats.add(heartbeatOf(ws, incoming.socket))
      connections.set(ws, new Connection(setup, ws, incoming.socket, request, caller))
      ws.once('close', () => {
        stopBeating()
        connections.delete(ws)
        free()
      })
    })
    // It was no request for a WebSocket, or the client has gone; the library has answered.
    if (opened) return
    caller.stop()
    free()
  }

  async function identify(request: HttpRequest): Promise<CallerWatch | AnyFailure> {
    try {
      return (await rates?.(request).countSender()) ?? (await callers.watch(request))
    } catch (thrown) {
      return internalFailure(ports, thrown)
    }
  }

  return {
    upgrades: { [path]: (incoming, socket, head) => void admit(incoming, socket, head) },
    async drain() {
      isDraining = true
      for (const connection of connections.values()) connection.drain()
      if (places > 0) await new Promise<void>((resolve) => (onEmpty = resolve))
    },
    stop() {
      callers.stop()
      for (const ws of connections.keys()) ws.terminate()
      server.close()
    },
  }
}
