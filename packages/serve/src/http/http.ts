import type { Server } from 'node:http'
import { type AnyCommand, Defect, type Host, type Part, parseDuration, type Ports, sleep } from '@heddle/core'
import { createHandler } from './handler.ts'
import type { Mounted } from './mount.ts'
import { mountAll } from './mount-all.ts'
import { nodeListener } from './node-listener.ts'
import { refusalCounter } from './count-refusals.ts'
import { createNodeServer, listen } from './node-server.ts'
import { unusedConnections } from './unused-connections.ts'
import { refusedHost } from './hosts.ts'
import { upgradeListener } from './upgrade.ts'
import { httpDefaults, type HttpOptions } from './options.ts'
import { type CheckedRoutes, parsePattern } from './route-pattern.ts'
import { surfaceKind } from './surface-kind.ts'
import { surfaceSection } from './surface-section.ts'

/** An app's way in by HTTP. */
export interface HttpPart extends Part {
  /** Where it listens, once it is started. */
  readonly url: string | undefined
}

/**
 * Serves an app over HTTP: each command at `POST /{domain}/{Command}`, queries by `GET` too, and the routes that are
 * listed. Also `/health`, `/ready` and the page `/`.
 *
 * @throws {Defect} InvalidDefinition, for a route or option that cannot be
 * @example
 * app('bank', { parts: [bank, http({ routes: { 'GET /accounts/{id}': findAccount }, authenticate })] })
 */
export function http<const Routes extends Readonly<Record<string, AnyCommand>> = {}>(
  options: Omit<HttpOptions, 'routes'> & { readonly routes?: CheckedRoutes<Routes> } = {},
): HttpPart {
  return httpPart(options as HttpOptions)
}

function httpPart(options: HttpOptions): HttpPart {
  const { name = 'http', host = httpDefaults.host } = options
  const drainDelayMs = parseDuration(options.drainDelay ?? httpDefaults.drainDelay)
  for (const [pattern, command] of Object.entries(options.routes ?? {})) assertServable(pattern, command)
  const declared = { kind: surfaceKind, name, describe }
  let server: Server | undefined
  let mounted: Required<Mounted>
  let closeUnused: () => void
  let ports: Ports
  let url: string | undefined
  let draining = false

  function describe() {
    return { ...surfaceSection(options) }
  }

  async function start({ app, ports: given, environment }: Host): Promise<string> {
    ports = given
    mounted = mountAll(app, options, name)
    const foreign = refusedHost(app, { hosts: options.hosts, more: mounted.hosts, listensOn: host })
    const handler = createHandler(app, options, { surface: name, plain: mounted.endpoints, refusedHost: foreign })
    const created = createNodeServer(
      nodeListener(handler, ports, () => draining),
      options,
      ports.timers,
      refusalCounter(app, name),
    )
    created.on(
      'upgrade',
      upgradeListener(mounted.upgrades, () => draining, { change: options.changeRequest, ports }, foreign),
    )
    closeUnused = unusedConnections(created)
    const port = portOf(options, environment)
    const shown = host.includes(':') ? `[${host}]` : host
    const address = await listen(created, { port, host }, `${shown}:${port}`)
    server = created
    draining = false
    url = `http://${shown}:${typeof address === 'object' && address ? address.port : port}`
    return [`ready ${url}`, ...mounted.told(url)].join('\n')
  }

  return {
    ...declared,
    simulated: () => declared,
    observe: () => ({ metrics: options.metrics ?? true }),
    start,
    get url() {
      return url
    },
    ready: () => server !== undefined && !draining,
    health: () => ({ ok: server !== undefined, detail: { url: url ?? null, draining } }),
    async drain() {
      if (!server) return
      draining = true
      if (drainDelayMs > 0) await sleep(ports.timers, drainDelayMs)
      await mounted.drain()
      // Resolves when the last running request is answered; connections without one are closed at once.
      await new Promise<void>((resolve) => {
        server!.close(() => resolve())
        closeUnused()
      })
    },
    async stop() {
      if (!server) return
      await mounted.stop()
      server.closeAllConnections()
      server.close()
      server = undefined
    },
  }
}

/** @throws {Defect} InvalidDefinition, for a pattern that cannot be and for a command that writes behind GET */
function assertServable(pattern: string, command: AnyCommand): void {
  const { method } = parsePattern(pattern)
  if (method !== 'GET' || command.kind === 'query') return
  const reason = `${command.name} is no query, and GET must not change anything`
  throw new Defect('InvalidDefinition', { name: `route "${pattern}"`, reason })
}

/** @throws {Defect} InvalidConfig */
function portOf({ port }: HttpOptions, { PORT }: Host['environment']): number {
  const wanted = port ?? (PORT || httpDefaults.port)
  const number = Number(wanted)
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number
  throw new Defect('InvalidConfig', { reason: `PORT is "${wanted}", which is no port from 0 to 65535` })
}
