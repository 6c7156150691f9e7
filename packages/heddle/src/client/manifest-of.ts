import { resolve } from 'node:path'
import { type Manifest, systemTimers } from '@heddle/core'
import { usageFailure } from '@heddle/serve'
import type { ToolApp } from '../cli/tool-app.ts'
import { manifest } from '../commands/manifest.ts'

/**
 * The manifest of the app that the tool works on, or of another one.
 *
 * @param from where an app is served, or the file of its manifest
 * @throws {Failure} InvalidUsage, Unavailable, for what cannot be read; Cancelled @throws {Defect} InvalidDefinition, for what is
 *   no manifest
 */
export async function manifestOf(app: ToolApp, from: string | undefined): Promise<Manifest> {
  if (from === undefined) return (await app.callOrThrow(manifest, {})) as unknown as Manifest
  const { cwd, signal } = app.session.around
  // Loaded here: it brings what calls other apps.
  const { takeManifest } = await import('@heddle/serve/remote')
  const source = /^https?:/i.test(from) ? from : resolve(cwd, from)
  // Nothing is called by itself here: who works with the tool has named the address, which often is that of his own machine.
  return takeManifest(source, { timers: systemTimers, allowPrivate: true, signal })
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
