import {
  type AnyCommand,
  FailedCall,
  type Manifest,
  type Part,
  type Port,
  systemFailure,
  type Timers,
} from '@heddle/core'
import type { Compatibility } from '../manifest/compatibility.ts'
import type { RemoteCaller } from './caller.ts'
import { commandsOf } from './command-of.ts'
import { asking, connectTo } from './connection.ts'
import { type FoundManifest, hashesOf, patienceMs } from './find-manifest.ts'
import { livePart, type RemoteSetup } from './live-part.ts'
import { withPatience } from './patience.ts'
import { callableSections } from './callable-sections.ts'
import type { RemoteOptions } from './options.ts'
import { remoteKind, type RemoteSection } from './remote-kind.ts'
import { verdictOf } from './verdict.ts'

/** Another app, as a part of this one. */
export interface RemotePart extends Part {
  /** Through which its commands are called: in tests another service can be put behind it. */
  readonly port: Port<RemoteCaller>
  /** In which tenant of the other app it is called, where that is stated. */
  readonly tenant: RemoteOptions['tenant']
  /**
   * Asks the other app whether it is still what this one was made for.
   *
   * @throws {Failure} Unavailable, ForbiddenAddress
   */
  verdict(timers: Timers): Promise<Compatibility>
  /** The same commands with another caller behind them, as `inProcess` makes one. @param manifest where none is known yet */
  over(caller: RemoteCaller, manifest: Manifest): Part
}

/** The part, as far as it is known: without a manifest it has no commands yet. */
export function partOf(setup: RemoteSetup, found: FoundManifest | undefined, folder = ''): RemotePart {
  const { name, options, port } = setup
  const commands: readonly AnyCommand[] = found ? commandsOf(name, found.manifest, port, options) : []
  const declared = {
    kind: remoteKind,
    name,
    port,
    tenant: options.tenant,
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
