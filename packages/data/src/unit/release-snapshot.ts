import { isPromise, type Maybe } from '@heddle/core'
import type { Snapshot } from '../database/database.ts'

/** Lets go of a snapshot, also of one that is still waited for. */
export function releaseSnapshot(snapshot: Maybe<Snapshot> | undefined): void {
  if (snapshot === undefined) return
  if (!isPromise(snapshot)) return snapshot.release()
  snapshot.then(
    (held) => held.release(),
    () => undefined,
  )
}
