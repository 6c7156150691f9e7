import type { AnyFailure } from '@heddle/core'
import type { KnownCaller } from '../http/call-endpoint.ts'

/** Who is connected, for as long as that lasts. */
export interface CallerWatch {
  /** Who it is now: its permissions may have changed since it came. */
  readonly current: KnownCaller
  /** Why it may no longer be connected. Undefined while it may. */
  readonly refused: readonly AnyFailure[] | undefined
  /** Calls back when `current` or `refused` is another. Answers with the way to stop. */
  onChange(heard: () => void): () => void
  /** Asks no more. */
  stop(): void
}

/** A caller who stays the same for as long as it is connected, e.g. the operator of this machine. */
export function sameCaller(current: KnownCaller): CallerWatch {
  return { current, refused: undefined, onChange: () => () => undefined, stop: () => undefined }
}
