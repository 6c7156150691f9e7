import type { Span } from '@opentelemetry/api'
import type { Frame } from '../call/frame.ts'

/** A call that runs, seen from outside. */
export interface ActiveCall {
  readonly command: string
  readonly ageMs: number
  readonly tenant: string
  readonly traceId: string
  /** The way it came in; `code` for the app's own code. */
  readonly surface: string
  readonly principal: string | undefined
  /** Whether it opened a unit of work that has not ended. */
  readonly hasUnit: boolean
}

/** What is kept of one call while it runs, in a ring of all that run: entering and leaving it is a few writes. */
export class Watched {
  before: Watched = this
  behind: Watched = this
  readonly frame: Frame | undefined
  readonly startedAt: number
  readonly span: Span | undefined

  constructor(frame?: Frame, startedAt = 0, span?: Span) {
    this.frame = frame
    this.startedAt = startedAt
    this.span = span
  }

  /** Goes to the end of the ring, so that the oldest stays in front. */
  enter(ring: Watched): void {
    this.behind = ring
    this.before = ring.before
    ring.before.behind = this
    ring.before = this
  }

  leave(): void {
    this.before.behind = this.behind
    this.behind.before = this.before
    this.before = this.behind = this
  }
}

/** Every frame in a ring, the oldest first. */
export function* framesIn(ring: Watched): Generator<Frame & { watched: Watched }> {
  for (let at = ring.behind; at !== ring; at = at.behind) yield at.frame as Frame & { watched: Watched }
}
