import { resolve } from 'node:path'
import type { Manifest } from '@heddle/core'
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

/** The first surface over HTTP. An app that has none yet may get one. */
export function httpSurfaceIn({ parts }: Manifest): string {
  const surfaces = Object.entries(parts['surface'] ?? {})
  return surfaces.find(([, section]) => (section as { readonly surface?: string }).surface === 'http')?.[0] ?? 'http'
}
