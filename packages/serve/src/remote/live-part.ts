import { Failure, type Host, type Manifest, type OpenApp, type Port, type Timers } from '@heddle/core'
import type { Compatibility } from '../manifest/compatibility.ts'
import { createCaller, type RemoteCaller } from './caller.ts'
import { type Connection, connectTo } from './connection.ts'
import { adviceFor, type FoundManifest, patienceMs } from './find-manifest.ts'
import { type RemoteOptions, remoteDefaults } from './options.ts'
import { withPatience } from './patience.ts'
import { callableSections } from './callable-sections.ts'
import { incompatible, verdictOf } from './verdict.ts'

/** What is declared of another app. */
export interface RemoteSetup {
  readonly name: string
  readonly options: RemoteOptions
  readonly url: URL
  readonly port: Port<RemoteCaller>
}

/** What an app has of another one while it is open. */
export function livePart({ name, options, url, port }: RemoteSetup, found: FoundManifest | undefined, folder: string) {
  const { allowPrivate = false, connections = remoteDefaults.connections, waiting = remoteDefaults.waiting } = options
  const around = { config: undefined as unknown, environment: {} as Host['environment'], hasTenants: false }
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
      around.hasTenants = 'tenancy' in app.manifest.parts
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
