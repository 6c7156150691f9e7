import { readFileSync } from 'node:fs'
import type { Json, Manifest } from '@heddle/core'
import { manifestPath, usageFailure } from '@heddle/serve'

/**
 * Reads a manifest from a file, or from where an app is served.
 *
 * @param from a path, the address of an app, or that of its manifest
 * @throws {Failure} InvalidUsage, for what cannot be read or is no manifest
 */
export async function readManifest(from: string, path: string, signal: AbortSignal): Promise<Manifest> {
  const json = /^https?:\/\//i.test(from) ? await fetchJson(from, signal) : parse(from, readText(path))
  if (!isManifest(json)) throw usageFailure(`${from} is no manifest: see \`heddle manifest\``)
  return json
}

function isManifest(json: unknown): json is Manifest {
  if (typeof json !== 'object' || json === null) return false
  const { heddle, app, hash, parts } = json as Partial<Manifest>
  return heddle === 1 && typeof app === 'string' && typeof hash === 'string' && typeof parts === 'object'
}

async function fetchJson(from: string, signal: AbortSignal): Promise<Json> {
  const url = from.endsWith('.json') ? from : `${from.replace(/\/+$/, '')}${manifestPath}`
  let response: Response
  try {
    response = await fetch(url, { headers: { accept: 'application/json' }, signal })
  } catch (thrown) {
    const { cause = thrown } = thrown as { readonly cause?: unknown }
    throw usageFailure(`${url} does not answer: ${cause instanceof Error ? cause.message : String(cause)}`, thrown)
  }
  if (!response.ok) throw usageFailure(`${url} answers ${response.status}`)
  return parse(url, await response.text())
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    throw usageFailure(`${path} cannot be read: ${(thrown as Error).message}`, thrown)
  }
}

function parse(from: string, text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (thrown) {
    throw usageFailure(`${from} is no JSON: ${(thrown as Error).message}`, thrown)
  }
}
