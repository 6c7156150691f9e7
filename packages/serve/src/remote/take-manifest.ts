import { readFile, stat } from 'node:fs/promises'
import { type Manifest, systemFailure, type Timers } from '@heddle/core'
import { asking, type Connection, connectTo } from './connection.ts'
import { isForbidden } from './failures.ts'
import { fetchManifest, servedAt } from './fetch-manifest.ts'
import { addressOf, patienceMs } from './find-manifest.ts'
import { withPatience } from './patience.ts'
import { maxManifestBytes } from '../manifest/read/limits.ts'
import { parseManifest } from '../manifest/read/read-manifest.ts'

/** How a manifest is taken. */
export interface TakeOptions {
  readonly timers: Timers
  /** @default false */
  readonly allowPrivate?: boolean
  /** Ends the question. */
  readonly signal?: AbortSignal
}

/**
 * Takes the manifest of another app from its address or from a file. It is waited for, and read, up to a limit.
 *
 * @param from where the app is served (`https://billing.example`), where its manifest is (an address that ends with `.json`), or
 *   a file
 * @throws {Failure} Unavailable, ForbiddenAddress, Cancelled, InvalidUsage @throws {Defect} InvalidDefinition
 */
export async function takeManifest(
  from: string,
  { timers, allowPrivate = false, signal: ended }: TakeOptions,
): Promise<Manifest> {
  const address = addressOf(from)
  if (!address) return parseManifest(await textIn(from), from)
  const { url, path } = address.pathname.endsWith('.json') ? servedAt(address) : { url: address, path: undefined }
  const connection = connected(url, allowPrivate)
  try {
    return (await withPatience(timers, patienceMs, (patience) => {
      const signal = ended ? AbortSignal.any([patience, ended]) : patience
      return fetchManifest({ connection, name: url.host, signal }, path)
    }))!
  } catch (cause) {
    throw ended?.aborted ? systemFailure('Cancelled', {}, { cause }) : cause
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

async function textIn(file: string): Promise<string | undefined> {
  try {
    const { size } = await stat(file)
    return size > maxManifestBytes ? undefined : await readFile(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw systemFailure('InvalidUsage', { reason: `${file} cannot be read (${code})` }, { cause })
  }
}
