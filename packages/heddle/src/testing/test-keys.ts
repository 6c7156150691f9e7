import { keyRing } from '@heddle/core'

/** The keys of apps under test, so that they need none of the environment. Everybody knows them. */
export const testKeys = keyRing([{ id: 'test', bytes: new Uint8Array(32).fill(7) }])
