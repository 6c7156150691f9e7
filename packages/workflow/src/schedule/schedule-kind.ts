import type { Part, PartKind, Verdict } from '@heddle/core'
import type { Times } from './times.ts'

/** What becomes of a planned run while the one before it has not ended. */
export type Overlap = 'skip' | 'queue' | 'cancel' | 'allow'

/** What is known of a schedule at run time. */
export interface ScheduleFacts {
  readonly target: string
  readonly input: (planned: Date) => unknown
  readonly times: Times
  /** Tells one set of times from another. */
  readonly timesText: string
  readonly overlap: Overlap
  readonly catchUp: number
  readonly backfill?: Date
  readonly queue?: string
  readonly tenant: string
}

/** A time table by which runs are started: a part of an app. */
export interface Schedule extends Part {
  readonly facts: ScheduleFacts
}

/** How schedules are compared: what they started goes on. */
export const scheduleKind: PartKind = {
  name: 'schedule',
  compare: ({ before, after }) =>
    Object.keys(before)
      .filter((name) => !(name in after))
      .map((name): Verdict => {
        const reason = 'It starts nothing any more. What it has started goes on.'
        return { level: 'safe', item: `schedule ${name}`, change: 'removed', reason }
      }),
}

/** Whether a part is a schedule. */
export const isSchedule = (part: Part): part is Schedule => part.kind === scheduleKind
