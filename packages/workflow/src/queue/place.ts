import type { LeaseProof, Maybe } from '@heddle/core'

/** The right to run one more run of a queue. */
export interface Place {
  /** What proves it, where somebody else could have it by now. */
  readonly fences: readonly LeaseProof[]
  free(): void
}

/** What lets runs of a queue begin. */
export interface Gate {
  /** A place, or nothing while there is none: whoever asked is told by `more` of the lanes. */
  enter(): Maybe<Place | undefined>
}
