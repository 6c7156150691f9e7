import { readFile } from 'node:fs/promises'
import { type Manifest, systemFailure, type Timers } from '@heddle/core'
import { parsed } from './body.ts'
import { asking, type Connection, connectTo } from './connection.ts'
import { isForbidden } from './failures.ts'
import { fetchManifest, servedAt } from './fetch-manifest.ts'
import { addressOf, patienceMs } from './find-manifest.ts'
import { withPatience } from './patience.ts'
import { readManifest } from './read-manifest.ts'

/** How a manifest is taken. */
export interface TakeOptions {
  readonly timers: Timers
  /** @default false */
  readonly allowPrivate?: boolean
}

/**
 * Takes the manifest of another app from its address or from a file.
 *
 * @param from where the app tells it, or the app itself: `https://billing.example` has it at the usual place
 * @throws {Failure} Unavailable, ForbiddenAddress, InvalidUsage @throws {Defect} InvalidDefinition
 */
export async function takeManifest(from: string, { timers, allowPrivate = false }: TakeOptions): Promise<Manifest> {
  const address = addressOf(from)
  if (!address) return readManifest(parsed(await textIn(from))?.json, from)
  const { url, path } = address.pathname === '/' ? { url: address, path: undefined } : servedAt(address)
  const connection = connected(url, allowPrivate)
  try {
    return (await withPatience(timers, patienceMs, (signal) =>
      fetchManifest({ connection, name: url.host, signal }, path),
    ))!
  } finally {
    await connection.close()
  }
}

/** Who names an address gets a failure for it, not a defect of an app. */
function connected(url: URL, allowPrivate: boolean): Connection {
  try {
    return connectTo({ url, allowPrivate, ...asking })
  } catch (thrown) {
    throw isForbidden(thrown) ? thrown.toFailure() : thrown
  }
}

async function textIn(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw systemFailure('InvalidUsage', { reason: `${file} cannot be read (${code})` }, { cause })
  }
}
