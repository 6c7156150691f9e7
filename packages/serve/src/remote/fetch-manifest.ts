import { type Manifest, systemFailure } from '@heddle/core'
import type { Compatibility } from '../manifest/compatibility.ts'
import { compatiblePath, manifestPath } from '../manifest/manifest-endpoints.ts'
import { isOfType, parsed, textOf } from './body.ts'
import type { Connection } from './connection.ts'
import { isForbidden, unavailable } from './failures.ts'
import { maxManifestBytes } from '../manifest/read/limits.ts'
import { parseManifest } from '../manifest/read/read-manifest.ts'

/** What an app is asked about itself by. */
export interface Asking {
  readonly connection: Connection
  /** What the app is called in messages. */
  readonly name: string
  readonly signal: AbortSignal
}

/** Where the app behind a manifest's address is served, and the path that its manifest has there. */
export function servedAt(manifest: URL): { readonly url: URL; readonly path: string } {
  const { pathname, search } = manifest
  const isUsual = pathname.endsWith(manifestPath)
  const url = new URL(manifest)
  url.search = url.hash = ''
  url.pathname = isUsual ? pathname.slice(0, -manifestPath.length) : '/'
  return { url, path: (isUsual ? manifestPath : pathname) + search }
}

/**
 * Asks an app for its manifest.
 *
 * @returns undefined where it is still the one of this hash
 * @throws {Failure} Unavailable, ForbiddenAddress @throws {Defect} InvalidDefinition
 */
export async function fetchManifest(
  { connection, name, signal }: Asking,
  path: string = manifestPath,
  hash?: string,
): Promise<Manifest | undefined> {
  const headers = ['accept', 'application/json', ...(hash === undefined ? [] : ['if-none-match', `"${hash}"`])]
  const answer = await answered(name, async () => {
    const response = await connection.request({ method: 'GET', path, headers, signal })
    return { status: response.statusCode, text: await textOf(response, maxManifestBytes) }
  })
  if (answer.status === 304) return undefined
  const what = `the manifest of ${name}`
  if (answer.status !== 200) throw systemFailure('Unavailable', { what: `${what} (it answers ${answer.status})` })
  return parseManifest(answer.text, what)
}

/**
 * Asks an app whether who was made from a manifest fits; undefined where it does not answer such questions.
 *
 * @throws {Failure} Unavailable, ForbiddenAddress
 */
export async function askCompatible(
  { connection, name, signal }: Asking,
  client: { readonly manifest: string; readonly commands: Readonly<Record<string, string>> },
): Promise<Compatibility | undefined> {
  const headers = ['content-type', 'application/json', 'accept', 'application/json']
  const request = { method: 'POST', path: compatiblePath, headers, body: JSON.stringify(client), signal } as const
  const { status, text } = await answered(name, async () => {
    const response = await connection.request(request)
    const isJson = isOfType(response, 'application/json')
    const body = await textOf(response, maxManifestBytes)
    return { status: response.statusCode, text: isJson ? body : undefined }
  })
  if (status !== 200 || text === undefined) return undefined
  const json = parsed(text)?.json as Partial<Compatibility> | undefined
  return Array.isArray(json?.changes) && json.verdict !== undefined ? (json as Compatibility) : undefined
}

async function answered<Result>(name: string, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask()
  } catch (thrown) {
    throw isForbidden(thrown) ? thrown.toFailure() : unavailable(name, true, thrown)
  }
}
