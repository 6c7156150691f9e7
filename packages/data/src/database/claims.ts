import type { Maybe } from '@heddle/core'

/**
 * Names of what somebody works on, known to every process that has the database open. They are a courtesy, so that two
 * do not do the same work at once: a claim ends when its process or its connection does, and no write rests on it.
 */
export interface Claims {
  /** Whether the name was free and is this process's now. It must not have it already. */
  take(name: string): Maybe<boolean>
  free(name: string): void
}

/** The claims of an engine that a single process has open: everything is free for it. */
export const ownClaims: Claims = { take: () => true, free: () => undefined }
