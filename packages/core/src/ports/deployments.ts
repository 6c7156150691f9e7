import type { Manifest } from '../manifest/manifest.ts'
import type { Maybe } from './maybe.ts'

/** Remembers what was deployed, so that `heddle check` can compare. */
export interface Deployments {
  /** The manifest that was saved last. */
  latest(): Maybe<Manifest | undefined>
  /** Saves a manifest, unless it equals the latest one. */
  save(manifest: Manifest): Maybe<void>
}

/** Remembers in this process alone. */
export function memoryDeployments(): Deployments {
  let saved: Manifest | undefined
  return { latest: () => saved, save: (manifest) => void (saved = manifest) }
}
