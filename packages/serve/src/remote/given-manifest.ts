import type { Manifest } from '@heddle/core'
import { readManifest } from '../manifest/read/read-manifest.ts'
import type { RemoteManifest } from './contract.ts'

/**
 * Reads a manifest that stands in the code of this app. Beside what the other app told it may hold types of this one, which are
 * no JSON.
 *
 * @throws {Defect} InvalidDefinition
 */
export function readGiven(manifest: Manifest | RemoteManifest, where: string): Manifest {
  const { formats, ...told } = manifest as RemoteManifest
  const read = readManifest(told, where)
  return formats === undefined ? read : Object.assign(read, { formats })
}
