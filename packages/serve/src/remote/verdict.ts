import { Defect, type Manifest } from '@heddle/core'
import { type Compatibility, compatibilityOf } from '../manifest/compatibility.ts'
import { type Asking, askCompatible, fetchManifest } from './fetch-manifest.ts'
import { hashesOf } from './find-manifest.ts'
import type { callableSections } from './callable-sections.ts'

/**
 * Asks another app whether it is still what a manifest says, for the commands that are used of it. An app that does not
 * remember that manifest is asked for its own, and compared here.
 *
 * @throws {Failure} Unavailable, ForbiddenAddress
 */
export async function verdictOf(
  asking: Asking,
  manifest: Manifest,
  used: ReturnType<typeof callableSections>,
): Promise<Compatibility> {
  const client = { manifest: manifest.hash, commands: hashesOf(used) }
  const told = await askCompatible(asking, client)
  if (told && told.verdict !== 'unknown') return told
  const now = await fetchManifest(asking)
  return compatibilityOf(client, manifest, now!)
}

/** Names what of an app breaks those who use it. */
export function incompatible(name: string, { changes }: Compatibility, advice = ''): Defect {
  const breaking = changes.filter(({ level }) => level === 'breaking')
  const told = breaking.map(({ item, change }) => `${item.replace(/^command /, '')}: ${change}`).join('; ')
  return new Defect('Incompatible', { name, changes: told + advice })
}
