import type { Manifest } from '../manifest/manifest.ts'
import type { Maybe } from './maybe.ts'

/** Remembers what was deployed, so that `heddle check` can compare. */
export interface Deployments {
  /** The manifest that was saved last. */
  latest(): Maybe<Manifest | undefined>
  /** The manifest with this hash, where it was deployed and is still remembered. */
  find(hash: string): Maybe<Manifest | undefined>
  /** Saves a manifest, unless it equals the latest one. Making it takes a while, so who does not need it now does not ask. */
  save(make: () => Manifest): Maybe<void>
}

/** Remembers in this process alone. */
export function memoryDeployments(): Deployments {
  let made: (() => Manifest) | undefined
  return {
    latest: () => made?.(),
    find(hash) {
      const manifest = made?.()
      return manifest?.hash === hash ? manifest : undefined
    },
    save: (make) => void (made = make),
  }
}
