import { resolve } from 'node:path'
import type { Manifest } from '@heddle/core'
import { usageFailure } from '@heddle/serve'
import type { ToolApp } from '../cli/tool-app.ts'
import { manifest } from '../commands/manifest.ts'
import { readManifest } from './read-manifest.ts'

/**
 * The manifest of the app that the tool works on, or of another one.
 *
 * @param from where an app is served, or the file of its manifest
 * @throws {Failure} InvalidUsage, for what cannot be read or is no manifest
 */
export async function manifestOf(app: ToolApp, from: string | undefined): Promise<Manifest> {
  if (from === undefined) return (await app.callOrThrow(manifest, {})) as unknown as Manifest
  const { cwd, signal } = app.session.around
  return readManifest(from, resolve(cwd, from), signal)
}

/**
 * The name of the surface over HTTP that is meant: the first one where none is named. An app that has none yet may get one.
 *
 * @throws {Failure} InvalidUsage, for a name that none has
 */
export function httpSurfaceIn({ parts }: Manifest, named: string | undefined): string {
  const surfaces = Object.entries(parts['surface'] ?? {})
  const served = surfaces.filter(([, section]) => (section as { readonly surface?: string }).surface === 'http')
  const names = served.map(([name]) => name)
  if (named !== undefined && !names.includes(named)) {
    const known = names.length === 0 ? 'the app has none' : `there are ${names.join(', ')}`
    throw usageFailure(`no HTTP surface is named "${named}": ${known}`)
  }
  return named ?? names[0] ?? 'http'
}
