import {
  type AnyCommand,
  Defect,
  type Host,
  type Manifest,
  type OpenApp,
  type Part,
  type Port,
  port as declarePort,
  Failure,
  systemFailure,
  FailedCall,
  type Timers,
} from '@heddle/core'
import type { Compatibility } from '../manifest/compatibility.ts'
import { createCaller, type RemoteCaller } from './caller.ts'
import { commandsOf } from './command-of.ts'
import { asking, type Connection, connectTo } from './connection.ts'
import { servedAt } from './fetch-manifest.ts'
import {
  addressOf,
  adviceFor,
  findManifest,
  type FoundManifest,
  givenManifest,
  hashesOf,
  patienceMs,
} from './find-manifest.ts'
import { withPatience } from './patience.ts'
import { type RemoteOptions, remoteDefaults } from './options.ts'
import { callableSections } from './read-manifest.ts'
import { remoteKind, type RemoteSection } from './remote-kind.ts'
import { incompatible, verdictOf } from './verdict.ts'

/** Another app, as a part of this one. */
export interface RemotePart extends Part {
  /** Through which its commands are called: in tests another service can be put behind it. */
  readonly port: Port<RemoteCaller>
  /**
   * Asks the other app whether it is still what this one was made for.
   *
   * @throws {Failure} Unavailable, ForbiddenAddress
   */
  verdict(timers: Timers): Promise<Compatibility>
  /** The same commands with another caller behind them, as `inProcess` makes one. @param manifest where none is known yet */
  over(caller: RemoteCaller, manifest: Manifest): Part
}

/**
 * Brings the commands of another app into this one. They are called as if they were its own: the input is checked here by the
 * same types, the outcome has the same value or the same errors, and key, deadline, trace, tenant and cancellation go with the
 * call.
 *
 * @param name what the other app is called here
 * @throws {Defect} InvalidDefinition
 * @example
 * app('shop', { parts: [placeOrder, remote('billing', { manifest: billingManifest, url: 'https://billing.example' })] })
 */
export function remote(name: string, options: RemoteOptions): RemotePart {
  if (!/^[a-z][\w-]*$/i.test(name)) {
    throw new Defect('InvalidDefinition', { name: `remote "${name}"`, reason: 'a name is one word' })
  }
  assertForward(name, options)
  const url = urlOf(name, options)
  const port: Port<RemoteCaller> = { ...declarePort<RemoteCaller>(`remote ${name}`) }
  const given = givenManifest(name, options)
  const setup = { name, options, url, port }
  if (given) return partOf(setup, { manifest: given })
  return {
    ...partOf(setup, undefined),
    discover: async (host) => partOf(setup, await findManifest(name, options, host), host.folder),
  }
}

/** @throws {Defect} InvalidDefinition */
function urlOf(name: string, { url, manifest }: RemoteOptions): URL {
  const address = addressOf(manifest)
  const served = url === undefined ? address && servedAt(address).url : URL.parse(url)
  if (served) return served
  const reason =
    url === undefined
      ? 'its url is missing: a manifest in a file does not say where the app is'
      : `its url is "${String(url)}", which is none`
  throw new Defect('InvalidDefinition', { name: `remote ${name}`, reason })
}

const credentialHeaders: ReadonlySet<string> = new Set(['authorization', 'cookie', 'x-api-key'])

/**
 * Whoever has shown nothing would else call with the rights of this app.
 *
 * @throws {Defect} InvalidDefinition
 */
function assertForward(name: string, { forward, authorization, headers = {} }: RemoteOptions): void {
  const own = Object.keys(headers).find((header) => credentialHeaders.has(header.toLowerCase()))
  if (!forward || (authorization === undefined && own === undefined)) return
  const what = own === undefined ? '`authorization`' : `the header ${own}`
  const reason = `with \`forward\` it is called as its callers, so it cannot have ${what} too`
  throw new Defect('InvalidDefinition', { name: `remote ${name}`, reason })
}

interface RemoteSetup {
  readonly name: string
  readonly options: RemoteOptions
  readonly url: URL
  readonly port: Port<RemoteCaller>
}

/** The part, as far as it is known: without a manifest it has no commands yet. */
function partOf(setup: RemoteSetup, found: FoundManifest | undefined, folder = ''): RemotePart {
  const { name, options, port } = setup
  const commands: readonly AnyCommand[] = found ? commandsOf(name, found.manifest, port, options) : []
  const declared = {
    kind: remoteKind,
    name,
    port,
    commands,
    describe: () => sectionOf(setup, found?.manifest),
    provides: { port, service: notOpen(name) },
    verdict: (timers: Timers) => verdictNow(setup, found, timers),
  }
  return {
    ...declared,
    instance: () => ({ ...declared, ...livePart(setup, found, folder) }),
    // Nothing outside is called in a test or a simulation: `inProcess` puts the other app there.
    simulated: () => declared,
    over(caller, manifest) {
      const known = found ? declared : partOf(setup, { manifest })
      const replaced = { kind: remoteKind, name, describe: known.describe, commands: known.commands ?? [] }
      return { ...replaced, provides: { port, service: caller }, simulated: () => replaced }
    },
  }
}

function sectionOf({ name, options }: RemoteSetup, manifest: Manifest | undefined): RemoteSection {
  const used = manifest ? callableSections(manifest, name, options.commands) : []
  return {
    remote: true,
    ...(manifest && { app: manifest.app, manifest: manifest.hash }),
    ...(options.url !== undefined && { url: new URL(options.url).origin }),
    commands: hashesOf(used),
  }
}

/** The same question without an app that is open. */
async function verdictNow({ name, options, url }: RemoteSetup, found: FoundManifest | undefined, timers: Timers) {
  if (!found) throw systemFailure('Unavailable', { what: `the manifest of ${name}` })
  if (found.changed) return found.changed
  const connection = connectTo({ url, allowPrivate: options.allowPrivate ?? false, ...asking })
  const used = callableSections(found.manifest, name, options.commands)
  try {
    return await withPatience(timers, patienceMs, (signal) =>
      verdictOf({ connection, name, signal }, found.manifest, used),
    )
  } finally {
    await connection.close()
  }
}

/** What an app has of another one while it is open. */
function livePart({ name, options, url, port }: RemoteSetup, found: FoundManifest | undefined, folder: string) {
  const { allowPrivate = false, connections = remoteDefaults.connections, waiting = remoteDefaults.waiting } = options
  const around: { config: unknown; environment: Host['environment'] } = { config: undefined, environment: {} }
  let connection: Connection | undefined
  let standing: string = 'not asked'
  const connected = () => (connection ??= connectTo({ url, allowPrivate, connections, waiting }))
  const service = createCaller({
    ...options,
    name,
    url,
    around,
    retries: options.retries ?? remoteDefaults.retries,
    maxAnswerBytes: options.maxAnswerBytes ?? remoteDefaults.maxAnswerBytes,
    connection: connected,
  })

  return {
    provides: { port, service },
    open({ environment }: { readonly environment: Host['environment'] }) {
      around.environment = environment
    },
    opened(app: OpenApp) {
      around.config = app.config
    },
    async start({ ports: { log, timers }, mode }: Host) {
      const { away, changed, manifest } = found!
      if (away) {
        standing = `away; its manifest is of ${new Date(away.fetchedAt).toISOString()}`
        log.write('warning', `${name} is ${standing}`, { remote: name, because: away.because.message })
        return
      }
      const told = changed ?? (await compared(manifest, timers))
      if (!told) return void log.write('warning', `${name} is ${standing}`, { remote: name })
      standing = told.verdict
      if (told.verdict !== 'breaking') return
      const trouble = incompatible(name, told, changed && mode === 'production' ? adviceFor(folder, name) : '')
      if (mode === 'production' && options.onIncompatible !== 'warn') throw trouble
      log.write('warning', trouble.message, { remote: name, code: trouble.code })
    },
    health: () => ({ ok: true, detail: { url: url.origin, standing } }),
    async stop() {
      await connection?.close()
      connection = undefined
    },
  }

  /** Undefined where it does not answer. */
  async function compared(manifest: Manifest, timers: Timers): Promise<Compatibility | undefined> {
    const used = callableSections(manifest, name, options.commands)
    try {
      return await withPatience(timers, patienceMs, (signal) =>
        verdictOf({ connection: connected(), name, signal }, manifest, used),
      )
    } catch (thrown) {
      if (!(thrown instanceof Failure) || thrown.code !== 'Unavailable') throw thrown
      standing = 'away'
      return undefined
    }
  }
}

/** What is behind the port of an app that is not open, or only simulated. */
function notOpen(name: string): RemoteCaller {
  const refuse = () => new FailedCall([systemFailure('Unavailable', { what: `${name} (it is not called here)` })])
  return {
    call: () => Promise.reject(refuse() as unknown as Error),
    // oxlint-disable-next-line require-yield
    async *stream() {
      throw refuse()
    },
  }
}
