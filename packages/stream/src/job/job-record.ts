import type { Places } from './rebuild/places.ts'
import type { StateSection } from '../state/compare.ts'
import type { Checkpoint } from '../task/checkpoint.ts'

/** What a job is to do: it runs where a process has it, or it rests until somebody says otherwise. */
export type JobState = 'running' | 'ended' | 'failed'

/** Under which name the row stands of a job whose state is built anew beside the one that runs. No job is called so. */
export const asideName = (job: string): string => `${job}~next`

/** Under which name one process at a time has a job. */
export const turnName = (job: string): string => `job ${job}`

/** What is kept of a job beside its checkpoint. */
export interface JobFacts {
  /** Why it rests, or failed. */
  readonly because?: string
  /** The error that it failed with. */
  readonly code?: string
  /** The greatest epoch that there ever was, where an earlier one was restored. */
  readonly lastEpoch?: number
  /** Which state file counts: another one is begun where the state is built anew. */
  readonly generation: number
  /** The number under which the calls of its steps began; missing where that is `generation`. */
  readonly calls?: number
  /** Of a plan whose state is built anew: the state file of the one that runs. */
  readonly of?: number
  /** What its sources read, as the plan of the checkpoint has them. */
  readonly sources?: Places
  /** Where its sinks write that keep something of an epoch outside. */
  readonly sinks?: Places
  /** The state of the steps, as the plan of the checkpoint has it. */
  readonly steps: Readonly<Record<string, StateSection>>
}

/** A job as it is kept. */
export interface KeptJob {
  readonly name: string
  readonly state: JobState
  /** The hash of the plan. */
  readonly plan: string
  readonly checkpoint: Checkpoint | undefined
  readonly facts: JobFacts
}
