import type { Json } from '@heddle/core'

/** Where a run is. The last three are for good. */
export type RunState =
  | 'ready'
  | 'running'
  | 'waiting'
  | 'paused'
  | 'parked'
  | 'blocked'
  | 'succeeded'
  | 'failed'
  | 'cancelled'

/** The states in which a run has ended. */
export const endStates: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled'])

/** Something that a run waits for. */
export interface Wait {
  readonly kind: 'timer' | 'signal' | 'child' | 'retry'
  /** The key of its journal entry. */
  readonly key: string
  /** When it is over by itself, UTC, milliseconds since 1970. */
  readonly until?: number
  /** The signal's name, or the child's run. */
  readonly name?: string
}

/** What a run was asked for with, and what is known of how it goes. */
export interface RunFacts {
  /** 0 to 9; greater ones go first. @default 5 */
  readonly priority?: number
  /** Runs of one queue and tenant with the same key take turns with those of other keys. */
  readonly fairness?: string
  /** The idempotency key that it was started with. */
  readonly key?: string
  readonly traceId?: string
  /**
   * Set where no record told of its principal when it started: whoever signed it in vouched for it. Others must be known
   * whenever the run goes on.
   */
  readonly isUnlisted?: boolean
  /** The run that this one goes on from. */
  readonly continues?: string
  /** The run that goes on from this one. */
  readonly continuedAs?: string
  /** The run that it was copied from, and how many of its entries. */
  readonly forkedFrom?: string
  /** The migrations that changed its journal, e.g. `1 → 2`. */
  readonly migrated?: readonly string[]
  /** How many signals it was sent: a run that is about to wait finds out that one came meanwhile. */
  readonly signals?: number
  /** How many of its children have ended, for the same reason. */
  readonly ended?: number
  /** Whether it was asked to end. */
  readonly cancel?: boolean
  /** Whether an operator ended it as it stood. */
  readonly forced?: boolean
  /** The state that it goes back to when it is resumed. */
  readonly resumeTo?: 'ready' | 'waiting'
  readonly waits?: readonly Wait[]
  /** Why it is parked, blocked or paused, for people. */
  readonly because?: string
  /** The journal key of the step that it stopped at. */
  readonly at?: string
  /** How often the same journal was begun anew in vain, or the command of a job was called. */
  readonly attempts?: number
  /** The run is a job: one call of a command, and no journal. */
  readonly job?: boolean
  /** The command by which somebody outside asked for the job: whether they still may is found out when it runs. */
  readonly asked?: string
  /** How often a job is tried in all. */
  readonly tries?: number
  /** The schedule that started it, and for which planned time, UTC, milliseconds since 1970. */
  readonly schedule?: string
  readonly planned?: number
}

/** One execution, as its row holds it. */
export interface Run {
  readonly id: string
  readonly workflow: string
  readonly version: string
  readonly state: RunState
  readonly queue: string
  readonly wakeAt?: Date
  readonly lane?: string
  readonly rank?: number
  readonly worker?: string
  readonly deaths: number
  readonly mark: number
  /** How often a process took it up: what another one still has of it in its memory is not true any more. */
  readonly claims?: number
  readonly input: Json
  readonly outcome?: Json
  readonly principal?: string
  readonly parent?: string
  readonly parentKey?: string
  readonly facts: RunFacts
  readonly createdAt: Date
  readonly endedAt?: Date
}

/** A run as it was read: whose it is, and the version of its row. */
export interface StoredRun {
  readonly tenant: string
  readonly version: number
  readonly run: Run
}

/** One line of a journal. */
export interface Entry {
  readonly key: string
  readonly kind: 'step' | 'timer' | 'fired' | 'signal' | 'child' | 'value' | 'race' | 'cancelled' | 'told'
  readonly command?: string
  readonly input?: string
  readonly value?: Json
  readonly at: Date
}

/** Something that was sent to a run. */
export interface Signal {
  /** The key of its row. */
  readonly id: string
  readonly version: number
  readonly name: string
  readonly data?: Json
  readonly at: Date
}

/** How far priorities are apart. What is left of a rank is when the run became ready, UTC, milliseconds since 1970. */
export const perPriority = 1e13

/** The place of a run in its lane: by priority, then by when it became ready. */
export const rankOf = (priority = 5, readyAt: number): number => (9 - priority) * perPriority + readyAt

/** The runs among which one waits for its turn. */
export const laneOf = (queue: string, tenant: string, fairness = ''): string => `${queue}\n${tenant}\n${fairness}`

/** What a lane is put together from. Neither queues nor tenants hold a line feed. */
export function laneParts(lane: string): { queue: string; tenant: string; fairness: string } {
  const first = lane.indexOf('\n')
  const second = lane.indexOf('\n', first + 1)
  return { queue: lane.slice(0, first), tenant: lane.slice(first + 1, second), fairness: lane.slice(second + 1) }
}

/** A text behind all lanes of a queue, and before those of the next: \v follows \n. */
export const pastQueue = (queue: string): string => `${queue}\v`

/** A text behind all lanes of a tenant in a queue. */
export const pastTenant = (queue: string, tenant: string): string => `${queue}\n${tenant}\v`
