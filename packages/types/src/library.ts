import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/**
 * A library that is loaded at its first use and then kept: who never checks an IBAN never waits for the table of banks.
 * It is loaded synchronously, so that the types that need it can be checked synchronously.
 */
export function library<Library>(name: string): () => Library {
  let loaded: Library | undefined
  return () => (loaded ??= require(name) as Library)
}
