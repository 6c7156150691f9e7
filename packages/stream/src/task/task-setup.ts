import type { OpenApp, Ports, Random } from '@heddle/core'
import type { TaskState } from '../state/state.ts'
import type { Checkpoint, CheckpointStore } from './checkpoint.ts'
import type { ReadLimit } from './read-limit.ts'
import type { TaskSettings, TaskSpec } from './task-spec.ts'

/** What a checkpoint took: how long, in milliseconds, and what it wrote. */
export interface MadeCheckpoint {
  readonly ms: number
  readonly keys: number
  readonly bytes: number
  /** When it was there, in milliseconds since 1970. */
  readonly at: number
}

/** Observes the checkpoints of a task. */
export interface CheckpointWatch {
  /** Lets one be made, and measures it. */
  checkpoint(epoch: number, make: () => Promise<MadeCheckpoint>): Promise<MadeCheckpoint>
}

/** What a task works with. */
export interface TaskSetup {
  readonly spec: TaskSpec
  readonly settings: TaskSettings
  readonly tenant: string
  readonly ports: Ports
  /** Missing where a task runs without an app. */
  readonly app?: OpenApp
  /** Grows when the job begins anew from its sources: its calls are then others than before. @default 1 */
  readonly generation?: number
  readonly root: string
  readonly folder: string
  readonly state: TaskState
  readonly store: CheckpointStore
  /** Where it goes on from. */
  readonly restored?: Checkpoint
  /** Another plan made that checkpoint: one of its own is made at once, also where no record comes. */
  readonly isChanged?: boolean
  /** The greatest epoch that there ever was: a number is never used again, also where an earlier one is restored. */
  readonly lastEpoch?: number
  /** How far it may read, where it reads behind another task. */
  readonly limit?: ReadLimit
  /** Is told of its checkpoints. */
  readonly watch?: CheckpointWatch
  /** Makes the sizes of batches random, so that tests find what depends on them. */
  readonly random?: Random
  /** Called at each point where a process may die; tests let it die there. */
  readonly at?: (point: string) => void
}
