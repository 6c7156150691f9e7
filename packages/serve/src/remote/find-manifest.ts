import { readFile } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type AnyFailure, Defect, type DiscoveringHost, Failure, type Manifest } from '@heddle/core'
import { type Compatibility, compatibilityOf } from '../manifest/compatibility.ts'
import { asking, connectTo } from './connection.ts'
import { fetchManifest, servedAt } from './fetch-manifest.ts'
import { readGiven } from './given-manifest.ts'
import { keepManifest, keptPath, readKept } from './kept-manifest.ts'
import type { RemoteOptions } from './options.ts'
import { withPatience } from './patience.ts'
import { callableSections } from './callable-sections.ts'
import { readManifest } from '../manifest/read/read-manifest.ts'

/** What was found of another app. */
export interface FoundManifest {
  readonly manifest: Manifest
  /** Where it is kept, and since when, while the app itself does not answer. */
  readonly away?: { readonly fetchedAt: number; readonly because: AnyFailure }
  /** What the app has become since it was last asked, where that breaks something. */
  readonly changed?: Compatibility
}

/** How long an app is waited for that is asked for its manifest. */
export const patienceMs = 5000

/** The address that a manifest is fetched from; undefined for a file, and for one that is given. */
export function addressOf(manifest: RemoteOptions['manifest']): URL | undefined {
  const isAddress = manifest instanceof URL ? /^https?:$/.test(manifest.protocol) : isHttp(manifest)
  return isAddress ? new URL(manifest as string | URL) : undefined
}

const isHttp = (given: unknown) => typeof given === 'string' && /^https?:\/\//i.test(given)

/** A manifest that is given as such; undefined for one that is told elsewhere. */
export function givenManifest(name: string, { manifest }: RemoteOptions): Manifest | undefined {
  if (typeof manifest === 'string' || manifest instanceof URL) return undefined
  return readGiven(manifest, `the manifest of remote ${name}`)
}

/**
 * Finds the manifest of another app: in a file, or at its address. Where the app does not answer, it is the one that it told
 * last time.
 *
 * @throws {Failure} Unavailable, ForbiddenAddress @throws {Defect} InvalidDefinition
 */
export async function findManifest(
  name: string,
  options: RemoteOptions,
  host: DiscoveringHost,
): Promise<FoundManifest> {
  const address = addressOf(options.manifest)
  return address ? fetchOrKept(name, address, options, host) : fromFile(name, options, host)
}

async function fromFile(name: string, { manifest }: RemoteOptions, { root }: DiscoveringHost): Promise<FoundManifest> {
  const given = manifest as string | URL
  const path = given instanceof URL ? fileURLToPath(given) : isAbsolute(given) ? given : resolve(root, given)
  try {
    return { manifest: readManifest(JSON.parse(await readFile(path, 'utf8')), path) }
  } catch (cause) {
    if (cause instanceof Defect) throw cause
    const because = cause instanceof Error ? cause.message : String(cause)
    const reason = `its manifest cannot be read: ${because}`
    throw new Defect('InvalidDefinition', { name: `remote ${name}`, reason }, { cause })
  }
}

async function fetchOrKept(
  name: string,
  address: URL,
  options: RemoteOptions,
  { folder, ports: { clock, timers }, mode }: DiscoveringHost,
): Promise<FoundManifest> {
  const { allowPrivate = false } = options
  const { url, path } = servedAt(address)
  const kept = await readKept(folder, name, address.href)
  const connection = connectTo({ url, allowPrivate, ...asking })
  try {
    const fetched = await withPatience(timers, patienceMs, (signal) =>
      fetchManifest({ connection, name, signal }, path, kept?.manifest.hash),
    )
    const manifest = fetched ?? kept!.manifest
    const changed = kept && fetched ? brokenBy(name, kept.manifest, fetched, options) : undefined
    // What it was made for stays at hand until somebody has looked at what is new.
    if (changed && mode === 'production' && options.onIncompatible !== 'warn')
      return { manifest: kept!.manifest, changed }
    await keepManifest(folder, name, address.href, { manifest, fetchedAt: clock.now() })
    return { manifest, ...(changed && { changed }) }
  } catch (thrown) {
    if (!kept || !(thrown instanceof Failure) || thrown.code !== 'Unavailable') throw thrown
    return { manifest: kept.manifest, away: { fetchedAt: kept.fetchedAt, because: thrown as AnyFailure } }
  } finally {
    await connection.close()
  }
}

/** What breaks for who uses these commands as they were; undefined where nothing does. */
function brokenBy(name: string, before: Manifest, after: Manifest, options: RemoteOptions): Compatibility | undefined {
  const commands = hashesOf(callableSections(before, name, options.commands))
  const compared = compatibilityOf({ manifest: before.hash, commands }, before, after)
  return compared.verdict === 'breaking' ? compared : undefined
}

/** What the other app knows a command by: its name and its hash. */
export const hashesOf = (sections: readonly { readonly name: string; readonly hash: string }[]) =>
  Object.fromEntries(sections.map((section) => [section.name, section.hash]))

/** What to do about a change that breaks something. */
export const adviceFor = (folder: string, name: string): string =>
  `; when this app is ready for it, delete ${keptPath(folder, name)}`
